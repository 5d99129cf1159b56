namespace Engine.Tests;

/// <summary>A clock that a test sets.</summary>
internal sealed class AdjustableTime : TimeProvider
{
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan span) => now += span;
}
