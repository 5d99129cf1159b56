using System.Globalization;
using System.Text;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>
/// Reads a tar archive forward, once: ustar, pax and GNU, with long names, large numbers and sparse files. System.Formats.Tar is not used: it
/// turns names into text, which loses bytes, and does not unfold sparse files.
/// </summary>
internal sealed class TarReader(Stream source)
{
    /// <summary>Bytes of the names and extended records before one file.</summary>
    private const int MetadataLimit = 1024 * 1024;
    /// <summary>The same of all files together: some of it is kept until the end.</summary>
    private const int TotalMetadataLimit = 256 * 1024 * 1024;
    private const int ExtentLimit = 100_000;

    private readonly byte[] block = new byte[TarHeader.Size];
    /// <summary>Of the current entry: what was not read yet, and the fill after it.</summary>
    private long left;
    private long padding;
    /// <summary>Bytes of metadata so far: of the current entry, and of all.</summary>
    private long metadata;
    private long totalMetadata;

    /// <summary>Null at the end of the archive.</summary>
    public async Task<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        var records = new TarRecords();
        string? longName = null, longLink = null;
        metadata = 0;
        while (true)
        {
            await SkipAsync(left + padding, cancellationToken);
            (left, padding) = (0, 0);
            if (!await ReadHeaderAsync(cancellationToken))
                return null;
            var type = new TarHeader(block).Type;
            Begin(new TarHeader(block).Length);
            switch (type)
            {
                case 'x':
                    records.Add(await ReadMetadataAsync(cancellationToken));
                    break;
                case 'L':
                    longName = Name(await ReadMetadataAsync(cancellationToken));
                    break;
                case 'K':
                    longLink = Name(await ReadMetadataAsync(cancellationToken));
                    break;
                case 'g' or 'V':
                    // Defaults for all (git writes a comment) and a volume's label: nothing of a file.
                    break;
                default:
                    return await EntryAsync(type, records, longName, longLink, cancellationToken);
            }
        }
    }

    /// <summary>The content of the current entry; 0 at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (left == 0)
            return 0;
        var read = await source.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        if (read == 0)
            throw CutOff();
        left -= read;
        return read;
    }

    private async Task<TarEntry> EntryAsync(char type, TarRecords records, string? longName, string? longLink, CancellationToken cancellationToken)
    {
        var header = new TarHeader(block);
        var name = records.Name ?? longName ?? header.Name;
        var kind = Kind(type, name);
        var (seconds, nanoseconds) = records.Modified ?? (header.Modified, 0);
        var entry = new TarEntry
        {
            Kind = kind,
            Name = name,
            Link = records.Link ?? longLink ?? header.Link,
            Mode = header.Mode,
            UserId = records.Number("uid") ?? header.UserId,
            GroupId = records.Number("gid") ?? header.GroupId,
            ModifiedSeconds = seconds,
            ModifiedNanoseconds = nanoseconds,
            Attributes = records.Attributes,
        };
        var oldSparseSize = type == 'S' ? header.RealSize : (long?)null;
        // Only a file has content; other headers may carry a size that means nothing.
        Begin(kind == TarEntryKind.File ? records.Number("size") ?? header.Length : 0);
        if (kind != TarEntryKind.File)
            return entry;
        var extents = oldSparseSize is not null ? await ReadOldExtentsAsync(cancellationToken)
            : records.ExtentsInContent ? await ReadExtentsAsync(cancellationToken)
            : records.Extents;
        var realSize = extents is null ? left : oldSparseSize ?? records.RealSize ?? left;
        Check(extents, realSize);
        return entry with { Size = left, Extents = extents, RealSize = realSize };
    }

    private static TarEntryKind Kind(char type, string name) => type switch
    {
        '\0' or '0' when name.EndsWith('/') => TarEntryKind.Folder,
        '\0' or '0' or '7' or 'S' => TarEntryKind.File,
        '1' => TarEntryKind.HardLink,
        '2' => TarEntryKind.SymbolicLink,
        '3' or '4' => TarEntryKind.Device,
        '5' => TarEntryKind.Folder,
        '6' => TarEntryKind.Fifo,
        _ => throw new LayerException($"the tar archive holds an entry of the unknown kind '{(char.IsAsciiLetterOrDigit(type) ? type : '?')}'"),
    };

    private void Begin(long size)
    {
        if (size is < 0 or > 1L << 60)
            throw new LayerException($"the tar archive is damaged (a file has a size of {size})");
        (left, padding) = (size, (TarHeader.Size - size % TarHeader.Size) % TarHeader.Size);
    }

    private async Task<List<TarExtent>> ReadOldExtentsAsync(CancellationToken cancellationToken)
    {
        var extents = new List<TarExtent>();
        var more = new TarHeader(block).ReadExtents(extents, extension: false);
        while (more)
        {
            if (extents.Count > ExtentLimit)
                throw new LayerException($"the tar archive holds a sparse file of more than {ExtentLimit} parts");
            await ReadExactlyAsync(block, cancellationToken);
            more = new TarHeader(block).ReadExtents(extents, extension: true);
        }
        return extents;
    }

    /// <summary>Lines of decimal numbers at the beginning of the content: how many, then offset and length of each; filled to a block.</summary>
    private async Task<List<TarExtent>> ReadExtentsAsync(CancellationToken cancellationToken)
    {
        var extents = new List<TarExtent>();
        var (at, end) = (0, 0);
        var count = await NumberAsync();
        if (count is < 0 or > ExtentLimit)
            throw new LayerException($"the tar archive holds a sparse file of more than {ExtentLimit} parts");
        while (extents.Count < count)
            extents.Add(new(await NumberAsync(), await NumberAsync()));
        return extents;

        async Task<long> NumberAsync()
        {
            var digits = new StringBuilder();
            while (true)
            {
                if (at == end)
                {
                    (at, end) = (0, (int)Math.Min(TarHeader.Size, left));
                    if (end == 0)
                        throw CutOff();
                    await ReadExactlyAsync(block.AsMemory(0, end), cancellationToken);
                    left -= end;
                }
                var character = (char)block[at++];
                if (character == '\n')
                    return long.TryParse(digits.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new LayerException("the tar archive is damaged (a sparse file's map is not a list of numbers)");
                if (digits.Append(character).Length > 20)
                    throw new LayerException("the tar archive is damaged (a sparse file's map is not a list of numbers)");
            }
        }
    }

    private void Check(IReadOnlyList<TarExtent>? extents, long realSize)
    {
        if (extents is null)
            return;
        if (realSize < 0)
            throw new LayerException($"the tar archive is damaged (a sparse file has a size of {realSize})");
        var (end, content) = (0L, 0L);
        foreach (var extent in extents)
        {
            if (extent.Offset < end || extent.Length < 0 || extent.Length > realSize - extent.Offset)
                throw new LayerException("the tar archive is damaged (the parts of a sparse file overlap or are outside of it)");
            end = extent.Offset + extent.Length;
            content += extent.Length;
        }
        if (content != left)
            throw new LayerException("the tar archive is damaged (a sparse file has not as much content as its map says)");
    }

    private async Task<bool> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var read = await source.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken);
        // Two empty blocks are the end; some writers leave them out.
        if (read == 0 || (read == block.Length && new TarHeader(block).IsEmpty))
            return false;
        if (read < block.Length)
            throw CutOff();
        new TarHeader(block).Check();
        return true;
    }

    private async Task<byte[]> ReadMetadataAsync(CancellationToken cancellationToken)
    {
        (metadata, totalMetadata) = (metadata + left, totalMetadata + left);
        if (metadata > MetadataLimit)
            throw new LayerException($"the tar archive holds names and extended headers of more than {MetadataLimit} bytes before one file");
        if (totalMetadata > TotalMetadataLimit)
            throw new LayerException($"the tar archive holds names and extended headers of more than {TotalMetadataLimit} bytes");
        var bytes = new byte[left];
        await ReadExactlyAsync(bytes, cancellationToken);
        left = 0;
        return bytes;
    }

    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        var scratch = count > 0 ? new byte[Math.Min(count, 64 * 1024)] : [];
        for (var rest = count; rest > 0;)
        {
            var read = await source.ReadAsync(scratch.AsMemory(0, (int)Math.Min(rest, scratch.Length)), cancellationToken);
            if (read == 0)
                throw CutOff();
            rest -= read;
        }
    }

    private async Task ReadExactlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (await source.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) < buffer.Length)
            throw CutOff();
    }

    private static string Name(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes);

    private static LayerException CutOff() => new("unexpected EOF: the tar archive ends in the middle of an entry");
}
