namespace Kontrakt.Engine.Pods.Logs;

/// <summary>A part of a log: from a record to before another one, over one or several segments.</summary>
internal sealed record LogRange(LogSegment Start, long StartOffset, LogSegment End, long EndOffset)
{
    /// <summary>Where each record is.</summary>
    public IEnumerable<(LogSegment Segment, long Offset, DateTimeOffset Time, int Length)> Records()
    {
        var offset = StartOffset;
        for (var segment = Start; ; segment = segment.Next ?? throw new InvalidOperationException("a log's segments are a chain"), offset = 0)
        {
            var end = segment == End ? EndOffset : segment.Length;
            while (offset < end)
            {
                var (time, length) = segment.ReadHeader(offset);
                yield return (segment, offset + LogSegment.HeaderLength, time, length);
                offset += LogSegment.HeaderLength + length;
            }
            if (segment == End)
                yield break;
        }
    }
}
