using System.Text.Json;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Unpacks one layer into an empty folder.</summary>
internal static class LayerUnpacker
{
    /// <param name="folder">Made by the caller, who deletes it when this fails.</param>
    /// <param name="diffId">What the archive's digest must be.</param>
    /// <exception cref="LayerException">Its content is not what it should be, or must not be unpacked.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    public static async Task<LayerNotes> UnpackAsync(Stream source, string folder, Digest diffId, LayerLimits limits, CancellationToken cancellationToken)
    {
        var notes = new LayerNotes();
        await using var archive = await UnpackedStream.OpenAsync(source, limits, cancellationToken);
        var reader = new TarReader(archive);
        using var root = new LayerRoot(folder, OverlayMarks.OfThisProcess);
        using var extractor = new LayerExtractor(root, OverlayMarks.OfThisProcess, notes);
        while (await reader.NextAsync(cancellationToken) is { } entry)
        {
            if (++notes.Entries > limits.Entries)
                throw new LayerException($"it holds more than {limits.Entries} entries");
            if (entry.RealSize > limits.Bytes - notes.Bytes)
                throw new LayerException($"it unpacks to more than {limits.Bytes} bytes");
            await extractor.WriteAsync(entry, reader, cancellationToken);
        }
        extractor.Finish();
        var unpacked = await archive.FinishAsync(cancellationToken);
        return unpacked == diffId ? notes : throw new LayerException($"its unpacked content has the digest {unpacked}, and the image's config says {diffId}");
    }
}

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

/// <summary>What is worth knowing of an unpacked layer.</summary>
internal sealed record LayerNotes
{
    /// <summary>Of all its files together.</summary>
    public long Bytes { get; set; }
    public int Entries { get; set; }
    /// <summary>A layer's devices are left out, as runtimes in user namespaces do: pods have their own /dev.</summary>
    public int DevicesLeftOut { get; set; }
    /// <summary>Files whose owner this process may not set; they belong to the user it runs as.</summary>
    public int OwnersLeftOut { get; set; }
    /// <summary>The first few of both, for people.</summary>
    public List<string> Examples { get; init; } = [];

    public void Example(string text)
    {
        const int enough = 20;
        if (Examples.Count < enough)
            Examples.Add(text);
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    public static LayerNotes? TryParse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<LayerNotes>(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A layer that cannot, or must not, be unpacked. The message is the end of a sentence.</summary>
internal sealed class LayerException(string message, Exception? inner = null) : Exception(message, inner);
