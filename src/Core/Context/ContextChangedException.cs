namespace Kontrakt.Context;

/// <summary>Files that were written to while they were read: what was read of them is not a state that they ever had.</summary>
internal sealed class ContextChangedException(IReadOnlyList<string> paths) : Exception($"changed while they were read: {string.Join(", ", paths)}")
{
    /// <summary>Where they are on this machine.</summary>
    public IReadOnlyList<string> Paths { get; } = paths;
}
