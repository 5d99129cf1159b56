namespace Kontrakt.Runs;

/// <summary>A step of a run, or of one of its kontrakts, and when it was done.</summary>
public sealed record RunSpan(string Name, DateTimeOffset Began, DateTimeOffset Ended)
{
    /// <summary>The step that builds images.</summary>
    public const string Build = "build";
}
