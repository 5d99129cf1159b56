using System.Text.RegularExpressions;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>Points in time (RFC 3339) and spans (as Go writes them: 1h30m, 500ms). All in UTC.</summary>
internal static partial class CelTimes
{
    public static IEnumerable<CelFunction> All =>
    [
        new("timestamp", [CelType.Timestamp], CelType.Timestamp, values => values[0]),
        new("timestamp", [CelType.String], CelType.Timestamp, values => Timestamps.TryParse(Finer().Replace(values.Get<string>(0), "$1"), out var time) ? time : new CelFault("a value is not a timestamp, such as 2026-01-31T08:00:00Z")),
        new("timestamp", [CelType.Int], CelType.Timestamp, values => values.Get<long>(0) is var seconds and > -62_135_596_800 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : new CelFault("a number is too large for a timestamp")),
        new("duration", [CelType.Duration], CelType.Duration, values => values[0]),
        new("duration", [CelType.String], CelType.Duration, values => Span(values.Get<string>(0)) ?? (object)new CelFault("a value is not a duration, such as 1h30m or 500ms")),
        Of(".getFullYear", time => time.Year), Of(".getMonth", time => time.Month - 1), Of(".getDate", time => time.Day), Of(".getDayOfMonth", time => time.Day - 1),
        Of(".getDayOfWeek", time => (int)time.DayOfWeek), Of(".getDayOfYear", time => time.DayOfYear - 1),
        Of(".getHours", time => time.Hour), Of(".getMinutes", time => time.Minute), Of(".getSeconds", time => time.Second), Of(".getMilliseconds", time => time.Millisecond),
        Total(".getHours", TimeSpan.TicksPerHour), Total(".getMinutes", TimeSpan.TicksPerMinute), Total(".getSeconds", TimeSpan.TicksPerSecond),
        new(".getMilliseconds", [CelType.Duration], CelType.Int, values => (long)values.Get<TimeSpan>(0).Milliseconds),
    ];

    private static CelFunction Of(string name, Func<DateTime, int> part) =>
        new(name, [CelType.Timestamp], CelType.Int, values => (long)part(values.Get<DateTimeOffset>(0).UtcDateTime));

    private static CelFunction Total(string name, long ticks) => new(name, [CelType.Duration], CelType.Int, values => values.Get<TimeSpan>(0).Ticks / ticks);

    /// <summary>To 100 nanoseconds.</summary>
    private static TimeSpan? Span(string text) =>
        GoDuration.TryParse(text, out var nanoseconds) && Math.Abs(nanoseconds) < long.MaxValue ? TimeSpan.FromTicks((long)(nanoseconds / TimeSpan.NanosecondsPerTick)) : null;

    /// <summary>Digits below 100 nanoseconds, which no object of Kubernetes has.</summary>
    [GeneratedRegex(@"(\.[0-9]{7})[0-9]{1,2}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Finer();
}
