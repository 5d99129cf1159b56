using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Projects;

/// <summary>A published project whose image should be in a registry.</summary>
public sealed record ProjectImageRequest
{
    /// <summary>Full path; errors point at it.</summary>
    public required string ProjectFile { get; init; }
    /// <summary>Registry, repository and the tag SOURCE_REFERENCE.</summary>
    public required ImageReference Image { get; init; }
    public required string BaseImage { get; init; }
    /// <summary>The project's own, clean publish folder.</summary>
    public required string PublishDirectory { get; init; }
    /// <summary>Everything besides files and base that shapes the image: entrypoint, ports, environment, labels, user…, one line each.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }
    /// <summary>Where stamps lie: below the project's obj.</summary>
    public required string StampDirectory { get; init; }

    internal SourceLocation Location => new(ProjectFile);
}

/// <summary>What is known of a project's image before it is made.</summary>
/// <param name="Current">The digest in the registry that equal input gave earlier; null: the image has to be made.</param>
public sealed record ProjectImageState(ImageFingerprint Fingerprint, Digest? Current);

/// <summary>What goes into an image.</summary>
/// <param name="Content">Of the published files and the inputs, sha256 in hex.</param>
/// <param name="Base">The base image by digest; null where its registry did not answer.</param>
public sealed record ImageFingerprint(string Content, string? Base);
