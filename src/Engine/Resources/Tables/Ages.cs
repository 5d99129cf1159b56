using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>How long something has been, as short as kubectl says it: 42s, 3m7s, 5h, 2d4h, 3y12d.</summary>
internal static class Ages
{
    public const string Unknown = "<unknown>";

    public static string Of(KubernetesObject item, DateTimeOffset now) => Since(item.Text("metadata", "creationTimestamp"), now);

    public static string Since(string timestamp, DateTimeOffset now) => KubernetesObject.Time(timestamp) is { } begin ? Short(now - begin) : Unknown;

    public static string Short(TimeSpan span)
    {
        var (seconds, minutes, hours, days) = ((long)span.TotalSeconds, (long)span.TotalMinutes, (long)span.TotalHours, (long)span.TotalDays);
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => $"{seconds}s",
            _ when minutes < 10 => With($"{minutes}m", seconds % 60, "s"),
            _ when minutes < 180 => $"{minutes}m",
            _ when hours < 8 => With($"{hours}h", minutes % 60, "m"),
            _ when hours < 48 => $"{hours}h",
            _ when days < 8 => With($"{days}d", hours % 24, "h"),
            _ when days < 365 * 2 => $"{days}d",
            _ when days < 365 * 8 => With($"{days / 365}y", days % 365, "d"),
            _ => $"{days / 365}y",
        };
    }

    private static string With(string text, long rest, string unit) => rest == 0 ? text : $"{text}{rest}{unit}";
}
