namespace Kontrakt.Kubernetes.Client;

/// <summary>Pauses between attempts: doubling from 0.2 s to 5 s with jitter, until the budget is used up.</summary>
internal sealed class Backoff(ClientOptions options)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestAttempt = TimeSpan.FromSeconds(5);
    private readonly long start = options.Time.GetTimestamp();
    private int attempts;

    /// <summary>How long the coming attempt may take: a late one only what the budget leaves.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var left = options.RetryBudget - options.Time.GetElapsedTime(start);
            left = left < ShortestAttempt ? ShortestAttempt : left;
            return attempts == 0 || left > options.RequestTimeout ? options.RequestTimeout : left;
        }
    }

    /// <summary>The pause before the next attempt; null when the budget does not allow one.</summary>
    /// <param name="atLeast">What the server asked for (Retry-After).</param>
    public TimeSpan? Next(TimeSpan? atLeast)
    {
        var pause = Pause(attempts++);
        if (atLeast > pause)
            pause = atLeast.Value;
        return options.Time.GetElapsedTime(start) + pause > options.RetryBudget ? null : pause;
    }

    /// <summary>The pause after so many failures in a row: between a half and the whole of the doubled time.</summary>
    public static TimeSpan Pause(int failures)
    {
        var full = First * Math.Pow(2, Math.Min(failures, 16));
        return (full < Longest ? full : Longest) * (0.5 + Random.Shared.NextDouble() / 2);
    }
}
