namespace Kontrakt.Engine.Api.Streaming.Spdy;

/// <summary>Writes header blocks that say nothing, which is all that answers need to say: zlib allows text to be stored as it is.</summary>
internal static class SpdyHeaders
{
    private static readonly byte[] None = [0, 0, 0, 0];

    /// <param name="first">The first block of a connection begins the compressed stream.</param>
    public static byte[] Empty(bool first)
    {
        // The block of no length makes readers give away what they have: others wait for what comes after it.
        byte[] block = [.. Stored(None), .. Stored([])];
        return first ? [0x78, 0x01, .. block] : block;
    }

    /// <summary>A block of deflate (RFC 1951, section 3.2.4) that is not the last one.</summary>
    public static byte[] Stored(byte[] bytes)
    {
        var (low, high) = ((byte)bytes.Length, (byte)(bytes.Length >> 8));
        return [0, low, high, (byte)~low, (byte)~high, .. bytes];
    }
}
