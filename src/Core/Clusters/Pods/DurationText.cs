namespace Kontrakt.Clusters.Pods;

/// <summary>Durations for people.</summary>
internal static class DurationText
{
    /// <summary>Such as "45 s", "2 min", "1 min 30 s", "1 h".</summary>
    public static string Format(TimeSpan duration)
    {
        var whole = TimeSpan.FromSeconds(Math.Max(0, Math.Round(duration.TotalSeconds)));
        var parts = new List<string>();
        if ((int)whole.TotalHours > 0)
            parts.Add($"{(int)whole.TotalHours} h");
        if (whole.Minutes > 0)
            parts.Add($"{whole.Minutes} min");
        if (whole.Seconds > 0 || parts.Count == 0)
            parts.Add($"{whole.Seconds} s");
        return string.Join(' ', parts);
    }
}
