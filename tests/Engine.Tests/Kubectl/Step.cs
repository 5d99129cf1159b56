namespace Engine.Tests.Kubectl;

/// <summary>One command of the script, and how it ends.</summary>
/// <param name="Command">kubectl's arguments, separated by spaces; 'quoted' where one has spaces. NS is the script's namespace, IMAGE the test image.</param>
/// <param name="Input">For standard input.</param>
internal sealed record Step(string Command, int ExitCode = 0, string? Input = null)
{
    public Compared Compared { get; init; } = Compared.Everything;
}
