using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Logs;

/// <summary>
/// One file of a container's log: records of a time, a length and whole lines (or a piece of one that is too long). A record for each piece
/// that the container wrote and not for each line, so that one that writes without end costs little more than the copy.
/// </summary>
internal sealed class LogSegment : IDisposable
{
    public const int HeaderLength = 12;

    private readonly string path;
    private readonly SafeFileHandle file;

    public LogSegment(string path)
    {
        this.path = path;
        file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
    }

    /// <summary>How much of it is whole records. Set by the log under its lock.</summary>
    public long Length { get; private set; }

    /// <summary>The segment after this one; null while this one is written.</summary>
    public LogSegment? Next { get; set; }

    /// <param name="record">Room for the header, then the content.</param>
    public void Append(Span<byte> record, DateTimeOffset time)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record, time.UtcTicks);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], record.Length - HeaderLength);
        RandomAccess.Write(file, record, Length);
        Length += record.Length;
    }

    /// <summary>The time and the length of the content of the record at an offset.</summary>
    public (DateTimeOffset Time, int Length) ReadHeader(long offset)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Fill(header, offset);
        return (new(BinaryPrimitives.ReadInt64LittleEndian(header), TimeSpan.Zero), BinaryPrimitives.ReadInt32LittleEndian(header[8..]));
    }

    public void Fill(Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0)
                throw new EndOfStreamException($"the log file {path} was cut");
            buffer = buffer[read..];
            offset += read;
        }
    }

    public bool IsDisposed => file.IsClosed;

    /// <summary>Deletes it. Who reads it meets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        file.Dispose();
        File.Delete(path);
    }
}
