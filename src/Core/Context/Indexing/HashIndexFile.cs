using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Kontrakt.Context.Scanning;
using Kontrakt.Diagnostics;

namespace Kontrakt.Context.Indexing;

/// <summary>
/// An index on disk. It is read only where it was written for the same folder on the same mount of the same file system, and not where the clock has
/// been put back since: then times say nothing about what came later.
/// </summary>
internal sealed class HashIndexFile
{
    private const string Magic = "kontrakt context index 2";
    private const int HashLength = 32, ChecksumLength = sizeof(ulong);

    private const string Digits = "0123456789abcdef";

    private readonly string _path;
    private readonly string _identity;
    private readonly TimeProvider _time;

    /// <param name="directory">The folder of the indexes; it exists.</param>
    /// <param name="root">The context folder, a full path.</param>
    public HashIndexFile(string directory, string root, TimeProvider time)
    {
        var name = Checksum(Encoding.Unicode.GetBytes(root)).ToString("x16", CultureInfo.InvariantCulture);
        _path = Path.Combine(directory, $"context-{name}.index");
        _identity = Mounts.Identity(root);
        _time = time;
    }

    /// <summary>What was written, or an empty index.</summary>
    /// <param name="why">Why there is nothing to go by; null where there is.</param>
    public HashIndex Read(out string? why)
    {
        var index = new HashIndex();
        try
        {
            var bytes = File.ReadAllBytes(_path);
            why = bytes.Length < ChecksumLength || Checksum(bytes.AsSpan(ChecksumLength)) != BinaryPrimitives.ReadUInt64LittleEndian(bytes)
                ? "it is damaged" : Read(bytes, index);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            why = "there is none yet";
        }
        catch (Exception unreadable) when (ContextProblems.IsRefusal(unreadable))
        {
            why = unreadable.Message;
        }
        return index;
    }

    /// <summary>By how many nanoseconds the clock of the index's file system is behind the machine's: it may be a server's. 0 where it is ahead.</summary>
    public long Lag()
    {
        var probe = $"{_path}.{Path.GetRandomFileName()}";
        try
        {
            using (File.OpenHandle(probe, FileMode.CreateNew, FileAccess.Write))
                return FileStatus.Of(probe) is { } status ? Math.Max(0, Clock(_time) - status.Modified) : 0;
        }
        finally
        {
            File.Delete(probe);
        }
    }

    /// <summary>Writes what is not on disk yet; false where that is nothing.</summary>
    public bool Write(HashIndex index)
    {
        if (!index.IsChanged && File.Exists(_path))
            return false;
        using var content = new MemoryStream();
        content.Write(new byte[ChecksumLength]);
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(_identity);
            writer.Write(Clock(_time));
            var entries = index.Seen;
            writer.Write(entries.Count);
            foreach (var (path, status, sha256) in entries)
                Write(writer, path, status, sha256);
        }
        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.Span, Checksum(bytes.Span[ChecksumLength..]));
        WholeFile.Write(_path, bytes);
        return true;
    }

    private string? Read(byte[] bytes, HashIndex index)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, ChecksumLength, bytes.Length - ChecksumLength));
        if (reader.ReadString() != Magic)
            return "another version wrote it";
        if (reader.ReadString() != _identity)
            return "the folder is on another file system than it was";
        if (reader.ReadInt64() > Clock(_time))
            return "the clock has been put back since it was written";
        Span<byte> hash = stackalloc byte[HashLength];
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var path = reader.ReadString();
            var status = new FileStatus(FileKind.File, reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadInt32());
            reader.ReadExactly(hash);
            index.Add(path, status, Hex(hash));
        }
        return null;
    }

    private static void Write(BinaryWriter writer, string path, FileStatus status, string sha256)
    {
        writer.Write(path);
        writer.Write(status.Size);
        writer.Write(status.Modified);
        writer.Write(status.Changed);
        writer.Write(status.Device);
        writer.Write(status.Inode);
        writer.Write(status.Links);
        writer.Write(status.Mode);
        writer.Write(Convert.FromHexString(sha256));
    }

    /// <summary>The machine's, in nanoseconds since 1970.</summary>
    public static long Clock(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>
    /// FNV-1a, eight bytes at a time: tells a file that was not written to its end. Nobody is kept out by it, and a cryptographic one would first
    /// have to load its library.
    /// </summary>
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        const ulong Prime = 0x100000001B3;
        var sum = 0xCBF29CE484222325 ^ (ulong)bytes.Length;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = (sum ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * Prime;
        foreach (var each in bytes)
            sum = (sum ^ each) * Prime;
        return sum ^ (sum >> 32);
    }

    /// <summary>What the framework's own gives, and that is compiled again for the processor each time a program starts.</summary>
    private static string Hex(ReadOnlySpan<byte> hash)
    {
        Span<char> text = stackalloc char[2 * HashLength];
        for (var at = 0; at < HashLength; at++)
            (text[2 * at], text[2 * at + 1]) = (Digits[hash[at] >> 4], Digits[hash[at] & 15]);
        return new(text);
    }
}
