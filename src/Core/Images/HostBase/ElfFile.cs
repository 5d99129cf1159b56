using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Images.HostBase;

/// <summary>What a Linux program or library says it needs (ELF gABI, "Program Header" and "Dynamic Section"; 64-bit, little-endian).</summary>
/// <param name="Machine">e_machine: 62 is x86-64, 183 AArch64.</param>
/// <param name="Interpreter">The loader's path; null for a library.</param>
/// <param name="Needed">Names of the libraries that the loader brings with it.</param>
internal sealed record ElfFile(int Machine, string? Interpreter, IReadOnlyList<string> Needed)
{
    private const int Load = 1, Dynamic = 2, Interp = 3;
    private const long NeededTag = 1, StringTableTag = 5, StringTableSizeTag = 10;

    /// <summary>Null where the file is something else. Reads the few parts it needs, not the file.</summary>
    public static ElfFile? Read(string path)
    {
        using var file = File.OpenHandle(path);
        var start = Bytes(file, 0, 64);
        if (start.Length < 64 || !start.AsSpan().StartsWith("\u007fELF"u8) || start[4] != 2 || start[5] != 1)
            return null;
        var headers = ProgramHeaders(file, start);
        var interpreter = headers.Find(header => header.Type == Interp) is { } interp ? Text(Bytes(file, interp.Offset, interp.Size), 0) : null;
        IReadOnlyList<string> needed = headers.Find(header => header.Type == Dynamic) is { } dynamic ? Needs(file, headers, dynamic) : [];
        return new(BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(18)), interpreter, needed);
    }

    private static List<Header> ProgramHeaders(SafeFileHandle file, byte[] start)
    {
        int size = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(54)), count = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(56));
        var table = Bytes(file, Number(start, 32), (long)size * count);
        return [.. Enumerable.Range(0, table.Length / Math.Max(size, 56)).Select(index => index * size)
            .Select(at => new Header(BinaryPrimitives.ReadInt32LittleEndian(table.AsSpan(at)), Number(table, at + 8), Number(table, at + 16), Number(table, at + 32)))];
    }

    private static IReadOnlyList<string> Needs(SafeFileHandle file, List<Header> headers, Header dynamic)
    {
        var entries = Bytes(file, dynamic.Offset, dynamic.Size);
        var tags = Enumerable.Range(0, entries.Length / 16).Select(index => (Tag: Number(entries, index * 16), Value: Number(entries, (index * 16) + 8))).ToList();
        var address = tags.Find(entry => entry.Tag == StringTableTag).Value;
        if (headers.Find(header => header.Type == Load && address >= header.Address && address < header.Address + header.Size) is not { } segment)
            return [];
        var strings = Bytes(file, segment.Offset + (address - segment.Address), tags.Find(entry => entry.Tag == StringTableSizeTag).Value);
        return [.. tags.Where(entry => entry.Tag == NeededTag).Select(entry => Text(strings, (int)entry.Value))];
    }

    private static byte[] Bytes(SafeFileHandle file, long offset, long length)
    {
        var buffer = new byte[Math.Clamp(length, 0, Math.Max(0, RandomAccess.GetLength(file) - offset))];
        var read = 0;
        while (read < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(read), offset + read) is > 0 and var more)
            read += more;
        return buffer;
    }

    private static long Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));

    private static string Text(byte[] bytes, int at) => Encoding.UTF8.GetString(bytes.AsSpan(at)[..bytes.AsSpan(at).IndexOf((byte)0)]);

    private sealed record Header(int Type, long Offset, long Address, long Size);
}
