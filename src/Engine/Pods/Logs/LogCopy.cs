using System.Buffers;
using System.Globalization;
using System.Text;

namespace Kontrakt.Engine.Pods.Logs;

/// <summary>Copies a container's log to a stream as the request wants it.</summary>
internal sealed class LogCopy(ContainerLog log, PodLogRequest request, Stream output, TimeProvider time)
{
    private readonly DateTimeOffset since = request.SinceTime ?? (request.SinceSeconds is { } seconds ? Before(time.GetUtcNow(), seconds) : DateTimeOffset.MinValue);
    private long room = request.LimitBytes ?? long.MaxValue;
    private bool atLineStart = true;

    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        if (log.Read() is not { } range)
            return;
        // From the end backward costs more than it saves: the log is 10 MB at most.
        var skip = request.TailLines is { } tail ? Math.Max(0, CountLines(range) - tail) : 0;
        await CopyAsync(range, skip, cancellationToken);
        while (request.Follow && room > 0 && await log.ReadMoreAsync(range, cancellationToken) is { } more)
            await CopyAsync(range = more, 0, cancellationToken);
    }

    private async Task CopyAsync(LogRange range, long skip, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (segment, offset, written, length) in range.Records())
            {
                if (written < since)
                    continue;
                skip = await CopyAsync(segment, offset, written, length, skip, cancellationToken);
                if (room <= 0)
                    break;
            }
            await output.FlushAsync(cancellationToken);
        }
        catch (ObjectDisposedException) when (range.Start.IsDisposed)
        {
            // The container has written so much meanwhile that this part is gone, or all of it is deleted.
        }
    }

    /// <returns>How many lines have still to be skipped.</returns>
    private async Task<long> CopyAsync(LogSegment segment, long offset, DateTimeOffset written, int length, long skip, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            segment.Fill(buffer.AsSpan(0, length), offset);
            var from = Skip(buffer.AsSpan(0, length), ref skip);
            if (skip == 0 && from < length)
                await WriteAsync(buffer.AsMemory(from, length - from), written, cancellationToken);
            return skip;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> content, DateTimeOffset written, CancellationToken cancellationToken)
    {
        if (request.Timestamps)
            content = WithTimes(content.Span, written);
        if (content.Length > room)
            content = content[..(int)room];
        room -= content.Length;
        await output.WriteAsync(content, cancellationToken);
    }

    private byte[] WithTimes(ReadOnlySpan<byte> content, DateTimeOffset written)
    {
        var result = new ArrayBufferWriter<byte>(content.Length * 2);
        for (var line = 0; content.Length > 0; line++)
        {
            if (atLineStart)
                result.Write(Time(written, line));
            var end = content.IndexOf((byte)'\n');
            atLineStart = end >= 0;
            var length = end < 0 ? content.Length : end + 1;
            result.Write(content[..length]);
            content = content[length..];
        }
        return result.WrittenSpan.ToArray();
    }

    /// <summary>Lines that came together are a nanosecond apart, so that each has a time of its own and their order stays.</summary>
    private static byte[] Time(DateTimeOffset written, int line)
    {
        var time = written.UtcDateTime.AddTicks(line / 100);
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss.fffffff}{line % 100:D2}Z "));
    }

    private long CountLines(LogRange range)
    {
        var lines = 0L;
        var unfinished = false;
        try
        {
            foreach (var (segment, offset, written, length) in range.Records().Where(record => record.Time >= since))
            {
                var content = new byte[length];
                segment.Fill(content, offset);
                lines += content.AsSpan().Count((byte)'\n');
                unfinished = content[^1] != '\n';
            }
        }
        catch (ObjectDisposedException) when (range.Start.IsDisposed)
        {
            // It is skipped by what reads it, too.
            return 0;
        }
        return lines + (unfinished ? 1 : 0);
    }

    private static int Skip(ReadOnlySpan<byte> content, ref long lines)
    {
        var at = 0;
        while (lines > 0 && content[at..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            at += end + 1;
            lines--;
        }
        return lines > 0 ? content.Length : at;
    }

    private static DateTimeOffset Before(DateTimeOffset now, long seconds) =>
        seconds < (now - DateTimeOffset.UnixEpoch).TotalSeconds ? now.AddSeconds(-seconds) : DateTimeOffset.MinValue;
}
