namespace Kontrakt.Oci.Layers;

/// <summary>A file changed while it was read into a layer, or since it was looked at.</summary>
/// <param name="source">Where it is on this machine.</param>
public sealed class SourceChangedException(string source) : IOException($"'{source}' changed while it was read into a layer")
{
    public string File { get; } = source;
}
