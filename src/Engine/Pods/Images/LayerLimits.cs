namespace Kontrakt.Engine.Pods.Images;

/// <summary>What one layer may unpack to. A layer beyond it is refused as a bomb.</summary>
public sealed record LayerLimits
{
    /// <summary>Of all files together, holes included.</summary>
    public long Bytes { get; init; } = 16L * 1024 * 1024 * 1024;
    public int Entries { get; init; } = 1_000_000;
    /// <summary>Unpacked bytes for each packed one, looked at above <see cref="RatioFloor"/> bytes only: a file of zeros may be honest.</summary>
    public int Ratio { get; init; } = 200;
    public long RatioFloor { get; init; } = 256L * 1024 * 1024;
}
