namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>
/// When a container that has ended may start again: at once the first time, then 10 s after its end and twice as long each time, up to
/// 5 min; from the beginning again once it has run for 10 min.
/// </summary>
internal sealed class RestartBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Forgotten = 2 * Longest;

    private TimeSpan delay;

    /// <returns>How long to wait after its end.</returns>
    public TimeSpan Next(TimeSpan ran)
    {
        if (ran >= Forgotten)
            delay = TimeSpan.Zero;
        var now = delay;
        delay = delay == TimeSpan.Zero ? First : delay * 2 < Longest ? delay * 2 : Longest;
        return now;
    }

    /// <summary>As Go writes durations: 10s, 1m20s, 5m0s.</summary>
    public static string Text(TimeSpan delay) => delay < TimeSpan.FromMinutes(1) ? $"{delay.Seconds}s" : $"{(int)delay.TotalMinutes}m{delay.Seconds}s";
}

/// <summary>How long to wait before an image is pulled again: 10 s, and twice as long each time, up to 5 min.</summary>
internal sealed class PullBackoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private TimeSpan next = TimeSpan.FromSeconds(10);

    public TimeSpan Next()
    {
        var now = next;
        next = next * 2 < Longest ? next * 2 : Longest;
        return now;
    }
}
