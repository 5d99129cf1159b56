namespace Kontrakt.Engine.Pods.Events;

/// <summary>
/// How many events may be reported of one object: 25 at once and one more every five minutes, as Kubernetes' clients limit themselves
/// (client-go, record.EventSourceObjectSpamFilter). Not for concurrent use.
/// </summary>
internal sealed class EventBudget(DateTimeOffset now)
{
    private const double Burst = 25;
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);

    private double left = Burst;
    private DateTimeOffset asOf = now;

    public bool TrySpend(DateTimeOffset at)
    {
        left = Math.Min(Burst, left + Math.Max(0, (at - asOf) / Refill));
        asOf = at;
        if (left < 1)
            return false;
        left--;
        return true;
    }
}
