using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>How long an assertion is waited for.</summary>
/// <param name="End">From then on it has failed.</param>
/// <param name="Why">What a person reads about a time that is over; "" for one that was never given.</param>
internal sealed record AssertionTime(DateTimeOffset End, string Why)
{
    /// <summary>What an assertion without the annotation has, once the tests have ended and all is ready: then little is still to come.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    /// <param name="deadline">When the kontrakt's own time ends; null: the assertion is looked at once.</param>
    public static AssertionTime Of(Manifest assertion, DateTimeOffset began, DateTimeOffset? deadline)
    {
        if (deadline is not { } latest)
            return new(DateTimeOffset.MinValue, "");
        var own = assertion.Object.Annotations.TryGetValue(KontraktAnnotations.Timeout, out var text) ? Durations.Parse(text) : (TimeSpan?)null;
        var limit = own ?? Usual;
        if (began + limit > latest)
            return new(latest, "\n  It was waited for until the time of the whole kontrakt was over (KontraktTimeout, --timeout).");
        return new(began + limit, own is null
            ? $"\n  It was waited for {Durations.Format(limit)} after everything else had ended; the annotation {KontraktAnnotations.Timeout} on the assertion gives it more."
            : $"\n  It was waited for {Durations.Format(limit)}, as its annotation {KontraktAnnotations.Timeout} says.");
    }

    public Diagnostic Late(Diagnostic failure) => failure with { Message = failure.Message + Why };
}
