namespace Kontrakt.Clusters.Pods;

/// <summary>How far a log has been read, by the times that the server puts before its lines: what a later connection gives again is known by them.</summary>
/// <param name="Last">The time of the last line; null: none has been read.</param>
/// <param name="Count">How many lines of this time have been read.</param>
internal readonly record struct LogPlace(DateTimeOffset? Last, int Count)
{
    /// <summary>Servers count whole seconds, and a long line has several times.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>From when on to ask for it.</summary>
    public DateTimeOffset? Since => Last - Margin;

    public LogPlace After(DateTimeOffset time) => Last is { } last && time < last ? this : new(time, time == Last ? Count + 1 : 1);

    /// <summary>Whether a line of this time has been read, if so many of the same time came before it on the same connection.</summary>
    public bool Has(DateTimeOffset time, int before) => time < Last || (time == Last && before < Count);
}
