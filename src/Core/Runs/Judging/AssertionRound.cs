using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>
/// First every *.assert.yaml must hold once, each within its own time, no matter in which order. Then comes a moment at which nothing matches any
/// *.error.yaml, or the time of those that are matched ends. What an *.error.yaml names may come and vanish earlier: it is the end state that counts.
/// </summary>
/// <param name="next">Waits for a change of the state, at most so long.</param>
internal sealed class AssertionRound(IReadOnlyList<AssertionCheck> checks, ClusterState state, Func<TimeSpan, CancellationToken, Task> next, WaitProgress progress, TimeProvider time)
{
    /// <param name="deadline">When the kontrakt's own time ends; null: everything is looked at once.</param>
    /// <returns>Those that failed.</returns>
    public async Task<IReadOnlyList<Diagnostic>> RunAsync(DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        var failed = await WaitAsync(ManifestRole.Assert, deadline, cancellationToken);
        // With a failure the verdict is decided: what else is wrong is reported, and not waited for.
        return [.. failed, .. await WaitAsync(ManifestRole.Error, failed.Count == 0 ? deadline : null, cancellationToken)];
    }

    private async Task<List<Diagnostic>> WaitAsync(ManifestRole role, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        var open = checks.Where(check => check.Assertion.Role == role).Select(check => (Check: check, Time: AssertionTime.Of(check.Assertion, began, deadline))).ToList();
        var failed = new List<Diagnostic>();
        while (true)
        {
            var now = time.GetUtcNow();
            var wrong = open.SelectMany(each => Look(each.Check) is { } failure ? [(each.Check, each.Time, Failure: failure)] : Array.Empty<(AssertionCheck Check, AssertionTime Time, Diagnostic Failure)>()).ToList();
            foreach (var late in wrong.Where(each => now >= each.Time.End).ToList())
            {
                failed.Add(late.Time.Late(late.Failure));
                open.Remove((late.Check, late.Time));
                wrong.Remove(late);
            }
            if (wrong.Count == 0)
                return failed;
            // What has held once is done; but nothing may match any *.error.yaml at the same moment.
            if (role == ManifestRole.Assert)
                open = [.. wrong.Select(each => (each.Check, each.Time))];
            progress.Remind(() => string.Join(", ", wrong.Select(each => Name(each.Check))));
            var look = wrong.Select(each => each.Time.End).Append(progress.NextReminder).Min();
            await next(look > now ? look - now : TimeSpan.FromMilliseconds(1), cancellationToken);
        }
    }

    private Diagnostic? Look(AssertionCheck check)
    {
        var failure = check.Check(state.All(check.Assertion.Object.GroupVersionKind));
        if (failure is not null)
            progress.Say(Name(check), failure.Message.Split('\n')[0]);
        return failure;
    }

    private static string Name(AssertionCheck check) => $"assertion {check.Assertion.Locate()}";
}

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
            return new(latest, "\n  It was waited for until the time of the whole kontrakt was over (KontraktTimeout).");
        return new(began + limit, own is null
            ? $"\n  It was waited for {Durations.Format(limit)} after everything else had ended; the annotation {KontraktAnnotations.Timeout} on the assertion gives it more."
            : $"\n  It was waited for {Durations.Format(limit)}, as its annotation {KontraktAnnotations.Timeout} says.");
    }

    public Diagnostic Late(Diagnostic failure) => failure with { Message = failure.Message + Why };
}
