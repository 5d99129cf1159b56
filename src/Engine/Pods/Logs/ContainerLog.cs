using System.Buffers;

namespace Kontrakt.Engine.Pods.Logs;

/// <summary>
/// What one start of a container has written: the last <see cref="Capacity"/> bytes of it, on disk. Lines of its two streams are not mixed;
/// a line is kept back until it is whole, or longer than <see cref="LongestPiece"/>, as container runtimes do.
/// </summary>
public sealed class ContainerLog
{
    public const long Capacity = 10 * 1024 * 1024;
    public const int LongestPiece = 16 * 1024;

    private readonly Lock gate = new();
    private readonly string prefix;
    private readonly TimeProvider time;
    private readonly ArrayBufferWriter<byte>[] begun = [new(), new()];
    private LogSegment oldest;
    private LogSegment current;
    private int segments;
    private long lost;
    private DateTimeOffset next = DateTimeOffset.MinValue;
    private TaskCompletionSource? more;
    private bool isDeleted;

    /// <param name="prefix">The path of its files, except their number.</param>
    public ContainerLog(string prefix, TimeProvider time)
    {
        (this.prefix, this.time) = (prefix, time);
        Directory.CreateDirectory(Path.GetDirectoryName(prefix) ?? throw new ArgumentException("a log needs a folder", nameof(prefix)));
        oldest = current = NextSegment();
    }

    internal string Prefix => prefix;

    /// <summary>Nothing will be written any more.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>May be called on several threads.</summary>
    public void Write(bool error, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (IsComplete)
                return;
            var rest = begun[error ? 1 : 0];
            var end = bytes.LastIndexOf((byte)'\n') + 1;
            if (end > 0)
                Append(rest, bytes[..end]);
            rest.Write(bytes[end..]);
            if (rest.WrittenCount >= LongestPiece)
                Append(rest, []);
        }
    }

    /// <summary>Writes what was kept back, and ends those who follow.</summary>
    public void Complete()
    {
        lock (gate)
        {
            foreach (var rest in begun.Where(rest => rest.WrittenCount > 0))
                Append(rest, []);
            IsComplete = true;
            Wake();
        }
    }

    /// <summary>From the first record that is still there to the end as of now; null when all is deleted.</summary>
    internal LogRange? Read()
    {
        lock (gate)
            return isDeleted ? null : new(oldest, 0, current, current.Length);
    }

    /// <summary>What came after an earlier end; waits until there is something, or nothing will come (null).</summary>
    internal async Task<LogRange?> ReadMoreAsync(LogRange before, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (isDeleted)
                    return null;
                if (before.End.IsDisposed)
                    return new(oldest, 0, current, current.Length);
                if (current != before.End || current.Length > before.EndOffset)
                    return new(before.End, before.EndOffset, current, current.Length);
                if (IsComplete)
                    return null;
                wait = (more ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Deletes the files. Who still reads comes to the end.</summary>
    public void Delete()
    {
        Complete();
        lock (gate)
        {
            for (var segment = oldest; segment is not null; segment = segment.Next)
                segment.Dispose();
            isDeleted = true;
        }
    }

    private void Append(ArrayBufferWriter<byte> begin, ReadOnlySpan<byte> bytes)
    {
        var length = LogSegment.HeaderLength + begin.WrittenCount + bytes.Length;
        var record = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            begin.WrittenSpan.CopyTo(record.AsSpan(LogSegment.HeaderLength));
            bytes.CopyTo(record.AsSpan(LogSegment.HeaderLength + begin.WrittenCount));
            Store(record.AsSpan(0, length));
        }
        finally
        {
            begin.ResetWrittenCount();
            ArrayPool<byte>.Shared.Return(record);
        }
        Wake();
    }

    private void Store(Span<byte> record)
    {
        try
        {
            if (current.Length > Capacity / 2)
                Rotate();
            if (lost > 0)
                Append(Notice($"[{lost} bytes of this log are lost: they could not be written to the disk]\n"));
            lost = 0;
            Append(record);
        }
        catch (IOException)
        {
            // A full disk must not stop the container; the loss is reported as soon as there is room for it.
            lost += record.Length - LogSegment.HeaderLength;
        }
    }

    private static byte[] Notice(string text) => [.. new byte[LogSegment.HeaderLength], .. System.Text.Encoding.UTF8.GetBytes(text)];

    private void Append(Span<byte> record)
    {
        // Each line has a nanosecond of its own, and times never go back within a log.
        var now = time.GetUtcNow() is var clock && clock > next ? clock : next;
        next = now.AddTicks(record[LogSegment.HeaderLength..].Count((byte)'\n') / 100 + 1);
        current.Append(record, now);
    }

    private void Rotate()
    {
        current = current.Next = NextSegment();
        if (oldest.Next == current)
            return;
        // A reader that is still there continues with what is the oldest then: one that is slow must not keep files without end.
        oldest.Dispose();
        oldest = oldest.Next ?? current;
    }

    private LogSegment NextSegment() => new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{prefix}.{segments++}.log"));

    private void Wake()
    {
        more?.SetResult();
        more = null;
    }
}
