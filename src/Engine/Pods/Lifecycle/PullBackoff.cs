namespace Kontrakt.Engine.Pods.Lifecycle;

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
