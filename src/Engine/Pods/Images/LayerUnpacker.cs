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
