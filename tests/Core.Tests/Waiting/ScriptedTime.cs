namespace Kontrakt.Tests.Waiting;

/// <summary>A clock that jumps to whatever is waited for: to the next event of a script, or to the end of the wait.</summary>
internal sealed class ScriptedTime(IEnumerable<(double Second, Action Event)> script) : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Queue<(double Second, Action Event)> _script = new(script.OrderBy(each => each.Second));
    private DateTimeOffset _now = Begin;

    public double Seconds => (_now - Begin).TotalSeconds;

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var end = _now + dueTime;
        if (_script.TryPeek(out var next) && Begin + TimeSpan.FromSeconds(next.Second) <= end)
        {
            _now = Begin + TimeSpan.FromSeconds(next.Second);
            _script.Dequeue().Event();
        }
        else
        {
            _now = end;
        }
        callback(state);
        return new Timer(_ => { }, null, Timeout.Infinite, Timeout.Infinite);
    }
}
