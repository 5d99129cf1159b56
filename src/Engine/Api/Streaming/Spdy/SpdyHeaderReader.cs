using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Kontrakt.Engine.Api.Streaming.Spdy;

/// <summary>
/// Reads the header blocks of one connection, which are one compressed stream. .NET's reader has no preset dictionary; but one whose first
/// block is that dictionary, stored as it is, has the same text behind it.
/// </summary>
internal sealed class SpdyHeaderReader : IDisposable
{
    private const int Longest = 64 * 1024;
    /// <summary>Two bytes of zlib, and four that name the dictionary.</summary>
    private const int Prelude = 6;

    private readonly MemoryStream compressed = new();
    private readonly DeflateStream inflated;
    private int preludeLeft = Prelude;

    public SpdyHeaderReader()
    {
        inflated = new(compressed, CompressionMode.Decompress);
        Feed(SpdyHeaders.Stored(SpdyDictionary.Bytes));
        inflated.ReadExactly(new byte[SpdyDictionary.Bytes.Length]);
    }

    /// <exception cref="InvalidDataException">It is not a header block.</exception>
    public Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        var skip = Math.Min(preludeLeft, block.Length);
        preludeLeft -= skip;
        Feed(block[skip..]);
        var buffer = new byte[Longest];
        var length = 0;
        int read;
        while ((read = inflated.Read(buffer, length, buffer.Length - length)) > 0)
            length += read;
        return length < Longest ? Parse(buffer.AsSpan(0, length)) : throw new InvalidDataException("headers are too long");
    }

    public void Dispose()
    {
        inflated.Dispose();
        compressed.Dispose();
    }

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        compressed.SetLength(0);
        compressed.Write(bytes);
        compressed.Position = 0;
    }

    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> block)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var count = Number(ref block);
        for (var i = 0; i < count; i++)
            headers[Text(ref block)] = Text(ref block);
        return headers;
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        var length = Number(ref block);
        if (length > block.Length)
            throw new InvalidDataException("a header is cut off");
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static int Number(ref ReadOnlySpan<byte> block)
    {
        if (block.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(block) is var number && number is < 0 or > Longest)
            throw new InvalidDataException("headers are cut off");
        number = BinaryPrimitives.ReadInt32BigEndian(block);
        block = block[4..];
        return number;
    }
}
