using System.Buffers;
using System.Globalization;
using System.Text;

namespace Kontrakt.Oci.Layers;

/// <summary>
/// Tar as POSIX.1-2017 pax describes it: ustar headers, with extended records only for what those cannot hold. System.Formats.Tar is not used
/// because its pax headers carry the id of the process that wrote them.
/// </summary>
internal sealed class TarWriter(Stream target)
{
    private const int Block = 512;
    private const int NameLength = 100;
    private const long LargestOctal = 0x1FFFFFFFF;
    private const int LargestId = 0x1FFFFF;
    private const int BufferSize = 128 * 1024;

    private sealed record TarFields(string Path, char Type, int Mode, int UserId, int GroupId, long Size, string Link);

    public async Task WriteAsync(LayerEntry entry, CancellationToken cancellationToken)
    {
        var path = entry.Path.Length == 0 ? "." : entry.Path;
        switch (entry)
        {
            case LayerEntry.Folder:
                await WriteHeaderAsync(Of(entry, path + "/", '5', 0, ""), cancellationToken);
                break;
            case LayerEntry.SymbolicLink link:
                await WriteHeaderAsync(Of(entry, path, '2', 0, link.Target), cancellationToken);
                break;
            case LayerEntry.HardLink link:
                await WriteHeaderAsync(Of(entry, path, '1', 0, LayerPath.Normalize(link.Target)), cancellationToken);
                break;
            case LayerEntry.Content content:
                await WriteHeaderAsync(Of(entry, path, '0', content.Bytes.Length, ""), cancellationToken);
                await target.WriteAsync(content.Bytes, cancellationToken);
                await PadAsync(content.Bytes.Length, cancellationToken);
                break;
            case LayerEntry.File file:
                await WriteFileAsync(file, path, cancellationToken);
                break;
            default:
                throw new ArgumentException($"a layer cannot hold a {entry.GetType().Name}", nameof(entry));
        }
    }

    /// <summary>Two empty blocks end an archive.</summary>
    public async Task EndAsync(CancellationToken cancellationToken) => await target.WriteAsync(new byte[2 * Block], cancellationToken);

    private static TarFields Of(LayerEntry entry, string path, char type, long size, string link) => new(path, type, entry.Mode & 0xFFF, entry.UserId, entry.GroupId, size, link);

    private async Task WriteFileAsync(LayerEntry.File file, string path, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(file.Source, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var size = source.Length;
        await WriteHeaderAsync(Of(file, path, '0', size, ""), cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var hash = file.Expected?.StartHash();
        try
        {
            var left = size;
            for (int read; (read = await source.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0; left -= read)
            {
                if (read > left)
                    break;
                hash?.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            if (left != 0 || source.Length != size || (hash is not null && file.Expected?.Matches(hash.GetHashAndReset()) == false))
                throw new SourceChangedException(file.Source);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        await PadAsync(size, cancellationToken);
    }

    private async Task WriteHeaderAsync(TarFields header, CancellationToken cancellationToken)
    {
        var (prefix, name) = SplitName(header.Path);
        var records = new StringBuilder();
        if (name is null)
            AddRecord(records, "path", header.Path);
        if (!FitsIn(header.Link, NameLength))
            AddRecord(records, "linkpath", header.Link);
        if (header.Size > LargestOctal)
            AddRecord(records, "size", header.Size.ToString(CultureInfo.InvariantCulture));
        if (header.UserId > LargestId)
            AddRecord(records, "uid", header.UserId.ToString(CultureInfo.InvariantCulture));
        if (header.GroupId > LargestId)
            AddRecord(records, "gid", header.GroupId.ToString(CultureInfo.InvariantCulture));
        if (records.Length > 0)
        {
            var extended = Encoding.UTF8.GetBytes(records.ToString());
            await target.WriteAsync(Bytes(new("PaxHeaders/0", 'x', 0x1A4, 0, 0, extended.Length, ""), "", "PaxHeaders/0"), cancellationToken);
            await target.WriteAsync(extended, cancellationToken);
            await PadAsync(extended.Length, cancellationToken);
        }
        await target.WriteAsync(Bytes(header, prefix, name ?? "long"), cancellationToken);
    }

    /// <summary>"LENGTH KEY=VALUE\n", where LENGTH counts itself.</summary>
    private static void AddRecord(StringBuilder records, string key, string value)
    {
        var rest = Encoding.UTF8.GetByteCount($" {key}={value}\n");
        var length = rest;
        for (var digits = 1; length != rest + digits; digits = length.ToString(CultureInfo.InvariantCulture).Length)
            length = rest + digits;
        records.Append(CultureInfo.InvariantCulture, $"{length} {key}={value}\n");
    }

    /// <summary>A long path goes in two parts at a '/'; no name when it does not fit, or is not ASCII.</summary>
    private static (string Prefix, string? Name) SplitName(string path)
    {
        if (FitsIn(path, NameLength))
            return ("", path);
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0 && slash < path.Length - 1; slash = path.IndexOf('/', slash + 1))
        {
            if (FitsIn(path[..slash], 155) && FitsIn(path[(slash + 1)..], NameLength))
                return (path[..slash], path[(slash + 1)..]);
        }
        return ("", null);
    }

    private static bool FitsIn(string text, int length) => text.Length <= length && Ascii.IsValid(text);

    /// <summary>The 512 bytes of a ustar header. Owner names stay empty: they are the machine's, and numbers say it all.</summary>
    private static byte[] Bytes(TarFields header, string prefix, string name)
    {
        var block = new byte[Block];
        Put(block, 0, name);
        PutOctal(block, 100, 8, header.Mode);
        PutOctal(block, 108, 8, Math.Min(header.UserId, LargestId));
        PutOctal(block, 116, 8, Math.Min(header.GroupId, LargestId));
        PutOctal(block, 124, 12, header.Size > LargestOctal ? 0 : header.Size);
        PutOctal(block, 136, 12, 0);
        block[156] = (byte)header.Type;
        Put(block, 157, FitsIn(header.Link, NameLength) ? header.Link : "long");
        Put(block, 257, "ustar\0" + "00");
        PutOctal(block, 329, 8, 0);
        PutOctal(block, 337, 8, 0);
        Put(block, 345, prefix);
        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in block)
            sum += b;
        PutOctal(block, 148, 7, sum);
        return block;
    }

    private static void Put(byte[] block, int at, string text) => Encoding.ASCII.GetBytes(text, block.AsSpan(at));

    /// <summary>Octal digits and a closing NUL.</summary>
    private static void PutOctal(byte[] block, int at, int length, long value)
    {
        for (var i = at + length - 2; i >= at; i--, value >>= 3)
            block[i] = (byte)('0' + (value & 7));
        block[at + length - 1] = 0;
    }

    private async Task PadAsync(long size, CancellationToken cancellationToken)
    {
        var rest = (int)(size % Block);
        if (rest > 0)
            await target.WriteAsync(new byte[Block - rest], cancellationToken);
    }
}
