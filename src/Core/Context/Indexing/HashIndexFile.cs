using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kontrakt.Context.Scanning;

namespace Kontrakt.Context.Indexing;

/// <summary>
/// An index on disk. It is read only where it was written for the same folder on the same mount of the same file system, and not where the clock has
/// been put back since: then times say nothing about what came later.
/// </summary>
internal sealed class HashIndexFile
{
    private const string Magic = "kontrakt context index 1";
    private const int HashLength = 32;

    private readonly string _path;
    private readonly string _identity;
    private readonly TimeProvider _time;

    /// <param name="directory">Where indexes lie; it is there.</param>
    /// <param name="root">The context folder, a full path.</param>
    public HashIndexFile(string directory, string root, TimeProvider time)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..16];
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
            why = bytes.Length < HashLength || !SHA256.HashData(bytes.AsSpan(HashLength)).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength))
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
        var probe = $"{_path}.{Guid.NewGuid():N}";
        try
        {
            using (File.OpenHandle(probe, FileMode.CreateNew, FileAccess.Write))
                return FileStatus.Of(probe) is { } status ? Math.Max(0, Clock() - status.Modified) : 0;
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
        content.Write(new byte[HashLength]);
        using (var writer = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(_identity);
            writer.Write(Clock());
            var entries = index.Seen;
            writer.Write(entries.Count);
            foreach (var (path, status, sha256) in entries)
                Write(writer, path, status, sha256);
        }
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        SHA256.HashData(bytes[HashLength..], bytes);
        var partial = string.Create(CultureInfo.InvariantCulture, $"{_path}.{Environment.ProcessId}-{Guid.NewGuid():N}");
        File.WriteAllBytes(partial, bytes);
        File.Move(partial, _path, overwrite: true);
        return true;
    }

    private string? Read(byte[] bytes, HashIndex index)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, HashLength, bytes.Length - HashLength));
        if (reader.ReadString() != Magic)
            return "another version wrote it";
        if (reader.ReadString() != _identity)
            return "the folder is on another file system than it was";
        if (reader.ReadInt64() > Clock())
            return "the clock has been put back since it was written";
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var path = reader.ReadString();
            var status = new FileStatus(FileKind.File, reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt32(), reader.ReadInt32());
            index.Add(path, status, Convert.ToHexStringLower(reader.ReadBytes(HashLength)));
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
    public long Clock() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
