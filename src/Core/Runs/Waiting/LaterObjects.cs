using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Runs.Applying;

namespace Kontrakt.Runs;

/// <summary>The state of something that others come after.</summary>
internal enum Standing { Open, Good, Bad }

/// <summary>What comes after something else (kontrakt/after): applied when its time comes; never, where what it comes after has failed.</summary>
internal sealed class LaterObjects
{
    private readonly KontraktWork _work;
    private readonly KontraktWatch _watch;
    private readonly Dictionary<Manifest, After> _pending = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Manifest, string> _never = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Manifest> _started = new(ReferenceEqualityComparer.Instance);
    private readonly List<Manifest> _first;

    /// <param name="over">Whether a wait has ended well before, so that all of it was started.</param>
    public LaterObjects(KontraktWork work, KontraktWatch watch, bool over)
    {
        (_work, _watch) = (work, watch);
        if (over)
            _started.UnionWith(work.Manifests.Objects);
        foreach (var after in over ? [] : Sequence.Of(work.Manifests.Objects))
            _pending[after.Manifest] = after;
        _first = [.. work.Manifests.Objects.Where(manifest => !_pending.ContainsKey(manifest) && !ObjectStates.IsIgnored(manifest))];
    }

    /// <summary>What the server refused when its time had come.</summary>
    public IReadOnlyList<Diagnostic> Refused { get; private set; } = [];

    /// <summary>Whether its time has not come, or never will.</summary>
    public bool IsPending(Manifest manifest) => _pending.ContainsKey(manifest);

    /// <summary>Whether it was applied by this wait, just now or before.</summary>
    public bool IsStarted(Manifest manifest) => _started.Contains(manifest);

    /// <summary>What was not applied, in the order of the manifests.</summary>
    public IReadOnlyCollection<Manifest> Pending => _pending.Keys;

    /// <summary>Why it will never be started; null while it may be.</summary>
    public string? WhyNever(Manifest manifest) => _never.GetValueOrDefault(manifest);

    /// <summary>Whether something may still be started.</summary>
    public bool AnyOpen => _pending.Count > _never.Count;

    /// <summary>What it does meanwhile, in a line: "waits for deployment/db".</summary>
    public string State(Manifest manifest, Func<Manifest, Standing> standing) =>
        WhyNever(manifest) is { } why ? $"is not started: {why}" : Open(manifest, standing) is { Length: > 0 } open ? $"waits for {open}" : "starts";

    /// <summary>Why it was not started, when all is over.</summary>
    public string WhyNot(Manifest manifest, Func<Manifest, Standing> standing) =>
        WhyNever(manifest) ?? $"it comes after {Open(manifest, standing)}, for which it still waited";

    private string Open(Manifest manifest, Func<Manifest, Standing> standing)
    {
        var open = Before(_pending[manifest]).Where(each => standing(each) != Standing.Good).Select(each => each.Title).ToList();
        return string.Join(", ", open.Take(5)) + (open.Count > 5 ? $" and {open.Count - 5} more" : "");
    }

    /// <summary>Applies what may start now.</summary>
    /// <returns>Whether anything has changed.</returns>
    public async Task<bool> StartAsync(Func<Manifest, Standing> standing, CancellationToken cancellationToken)
    {
        var known = _never.Count;
        foreach (var (manifest, after) in _pending.Where(each => !_never.ContainsKey(each.Key)).ToList())
        {
            if (Before(after).FirstOrDefault(each => standing(each) == Standing.Bad || _never.ContainsKey(each)) is { } bad)
                _never[manifest] = $"it comes after {bad.Title}, which {(_never.ContainsKey(bad) ? "was not started" : "failed")}";
        }
        var now = _pending.Values.Where(after => !_never.ContainsKey(after.Manifest) && Before(after).All(each => standing(each) == Standing.Good))
            .Select(after => after.Manifest).ToList();
        if (now.Count == 0)
            return _never.Count > known; // Others may come after these in turn.
        foreach (var manifest in now)
            _pending.Remove(manifest);
        _started.UnionWith(now);
        try
        {
            // What an earlier wait of the same run has started exists, and may have been changed since.
            foreach (var (manifest, applied) in await KontraktApplier.ApplyLaterAsync(_work, now, cancellationToken))
                if (_watch.View.Find(manifest) is { } before)
                    _watch.History.AppliedAgain(manifest, before, applied);
        }
        catch (KontraktException e)
        {
            // Reported at the end of the wait, with what else has failed.
            Refused = [.. Refused, .. e.Diagnostics];
        }
        return true;
    }

    private IReadOnlyList<Manifest> Before(After after) => after.Names ?? _first;
}
