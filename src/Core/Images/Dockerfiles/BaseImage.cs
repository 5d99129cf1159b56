using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>Another image that a build takes something from.</summary>
/// <param name="File">The Dockerfile.</param>
/// <param name="Image">As the Dockerfile names it, variables replaced.</param>
internal sealed record BaseImage(string File, string Image, Instruction Instruction)
{
    public SourceLocation Location => new(File, Instruction.Line, 1);
}
