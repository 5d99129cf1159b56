using Kontrakt.Clusters;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>One wait: takes in changes, judges the whole state after each, and ends as soon as something is decided.</summary>
internal sealed class WaitSession
{
    /// <summary>After each thing that is hopeless: how long others may still show that they are too, so that one run tells all.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    private readonly KontraktSettings _settings;
    private readonly DateTimeOffset _deadline;
    private readonly ClusterWatch _watch;
    private readonly TimeProvider _time;
    private readonly KontraktView _view;
    private readonly IReadOnlyList<KontraktTest> _tests;
    private readonly IReadOnlyList<Manifest> _waitedFor;
    private readonly WaitProgress _progress;
    private readonly WaitDiagnostics _diagnostics;
    private readonly SymptomClock _symptoms;
    private readonly ReadinessLimits _limits;
    private readonly Dictionary<string, TestOutcome> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<KontraktTest, DateTimeOffset> _began = [];
    private readonly HashSet<Manifest> _done = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Hopeless> _hopeless = new(StringComparer.Ordinal);
    private DateTimeOffset? _settled;

    public WaitSession(Lease lease, KontraktManifests manifests, IReadOnlyList<KontraktTest> tests, KontraktSettings settings, DateTimeOffset deadline, ClusterWatch watch, WaitProgress progress, TimeProvider time)
    {
        (_settings, _deadline, _watch, _time, _tests) = (settings, deadline, watch, time, tests);
        _view = new(manifests, watch.State);
        _progress = progress;
        _diagnostics = new(lease, manifests, settings);
        _symptoms = new(time);
        _limits = new(time);
        var ofTests = tests.Select(test => test.Template.Manifest).ToHashSet<Manifest>(ReferenceEqualityComparer.Instance);
        _waitedFor = [.. manifests.Objects.Where(manifest => Readiness.Matters(manifest.Object.GroupVersionKind) && !ofTests.Contains(manifest)
            && !(manifest.Object.Annotations.TryGetValue(KontraktTest.WaitAnnotation, out var wait) && wait == "false"))];
    }

    public async Task<WaitResult> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_watch.Synced && Decide() is { } failures)
                return await EndAsync(failures, cancellationToken);
            var now = _time.GetUtcNow();
            if (now >= _deadline)
                return await EndAsync([.. _hopeless.Values, .. Late(now)], cancellationToken);
            await _watch.NextAsync(NextLook(now), cancellationToken);
        }
    }

    /// <summary>What is not ended and not ready, in a line.</summary>
    public string Outstanding()
    {
        var names = _tests.Where(test => !_ended.ContainsKey(test.Name)).Select(test => $"test {test.Name}").Concat(_waitedFor.Where(each => !_done.Contains(each)).Select(each => each.Title)).ToList();
        return names.Count == 0 ? "the end" : string.Join(", ", names.Take(10)) + (names.Count > 10 ? $" and {names.Count - 10} more" : "");
    }

    /// <summary>Null while nothing is decided; else what failed, which is nothing when all is ready and all tests have ended.</summary>
    private List<Hopeless>? Decide()
    {
        var now = _time.GetUtcNow();
        LookAtTests(now);
        LookAtObjects();
        LookAtPods();
        if (_hopeless.Count > 0)
            return now >= _settled ? [.. _hopeless.Values] : null;
        if (AllEnded && (_done.Count == _waitedFor.Count || _ended.Values.Any(outcome => outcome is TestOutcome.Failed)))
            return [];
        _progress.Remind(Outstanding);
        return null;
    }

    private bool AllEnded => _ended.Count == _tests.Count && (_tests.Count > 0 || _done.Count == _waitedFor.Count);

    private void LookAtTests(DateTimeOffset now)
    {
        foreach (var test in _tests.Where(test => !_ended.ContainsKey(test.Name)))
        {
            var outcome = _view.Outcome(test, _settings.MaxRestarts);
            if (outcome is TestOutcome.Running running)
            {
                if (_view.Find(test.Template.Manifest) is not null)
                    _began.TryAdd(test, now);
                _progress.Say(test.Name, running.State);
                if (test.Limit is { } limit && _began.TryGetValue(test, out var began) && now - began >= limit)
                    Add(new Hopeless.Late(test.Template.Manifest, test, running.State, limit));
                continue;
            }
            _ended[test.Name] = outcome;
            _progress.Ended(test.Name, outcome);
        }
    }

    private void LookAtObjects()
    {
        foreach (var manifest in _waitedFor.Where(manifest => !_done.Contains(manifest) || MayTurn(manifest)))
        {
            switch (StateOf(manifest))
            {
                case ReadinessState.Done:
                    _done.Add(manifest);
                    _limits.Ready(manifest);
                    _progress.Say(manifest.Title, "ready");
                    break;
                case ReadinessState.Failed failed:
                    Add(new Hopeless.Failed(manifest, failed, Detail(manifest)));
                    break;
                case ReadinessState.Waiting waiting:
                    _done.Remove(manifest);
                    _progress.Say(manifest.Title, waiting.Message);
                    if (_limits.Exceeded(manifest) is { } limit)
                        Add(new Hopeless.Late(manifest, null, waiting.Message, limit));
                    break;
            }
        }
    }

    /// <summary>Which container of a failed pod or Job it was, for its place and its log.</summary>
    private TestOutcome.Failed? Detail(Manifest manifest) => _view.Find(manifest) switch
    {
        { Kind: "Pod" } pod => TestOutcome.OfPod(pod, [], _settings.MaxRestarts) as TestOutcome.Failed,
        { Kind: "Job" } job => TestOutcome.OfJob(job, _view.PodsOf(manifest), [], _settings.MaxRestarts) as TestOutcome.Failed,
        _ => null,
    };

    /// <summary>
    /// What was ready once is done, as for kubectl wait: a test may scale, restart or delete it. A custom resource is not, while it exists,
    /// since its controller may come to it only later, and without conditions it counts as ready.
    /// </summary>
    private bool MayTurn(Manifest manifest) => Readiness.IsCustom(manifest.Object.GroupVersionKind) && _view.Find(manifest) is not null;

    /// <summary>Only pods that come from the kontrakt count; those of an ended test have had their say.</summary>
    private void LookAtPods()
    {
        foreach (var subject in _view.Pods().Where(subject => !IsOver(subject)))
        {
            var symptoms = PodDiagnosis.Of(subject.Pod, _watch.State.EventsOf(subject.Pod), KontraktView.Rules(subject, _tests), _settings);
            foreach (var (symptom, lasted) in _symptoms.Final(subject.Pod, symptoms))
                Add(new Hopeless.Pod(subject, symptom, lasted));
        }
    }

    private bool IsOver(PodSubject subject) =>
        _tests.Any(test => ReferenceEquals(test.Template.Manifest, subject.Manifest) && _ended.ContainsKey(test.Name)) || Ignored(subject.Manifest);

    private static bool Ignored(Manifest manifest) => manifest.Object.Annotations.TryGetValue(KontraktTest.WaitAnnotation, out var wait) && wait == "false";

    private ReadinessState StateOf(Manifest manifest)
    {
        if (_view.Find(manifest) is not { } item)
            return new ReadinessState.Waiting("does not exist (any more)");
        if (item is { Kind: "PersistentVolumeClaim", ApiVersion: "v1" })
            return StateOfClaim(item);
        return Readiness.Of(item) is ReadinessState.Waiting waiting ? new ReadinessState.Waiting(waiting.Message + WhyNot(manifest, item)) : Readiness.Of(item);
    }

    private ReadinessState StateOfClaim(KubernetesObject claim)
    {
        var events = _watch.State.EventsOf(claim);
        var waits = events.Any(each => each.Text("reason") == "WaitForFirstConsumer");
        var used = _watch.State.Pods.Any(pod => pod.Items("spec", "volumes").Any(volume => KubernetesObject.At(volume, "persistentVolumeClaim", "claimName")?.ToString() == claim.Name));
        // Why it is not bound is told by events of type Normal (FailedBinding) as well as by warnings (ProvisioningFailed).
        return Readiness.OfClaim(claim, waits, used) is ReadinessState.Waiting unbound && events.Count > 0
            ? new ReadinessState.Waiting($"{unbound.Message}; {events[^1].Text("message")}")
            : Readiness.OfClaim(claim, waits, used);
    }

    /// <summary>A Deployment's own status never says why its pods are not there; its events and its pods do.</summary>
    private string WhyNot(Manifest manifest, KubernetesObject item)
    {
        if (item.Kind == "Pod")
            return _watch.State.EventsOf(item).LastOrDefault(each => each.Text("type") == "Warning") is { } own ? $"; {own.Text("message")}" : "";
        var pod = _view.PodsOf(manifest).FirstOrDefault(each => Readiness.Of(each) is not ReadinessState.Done);
        if (pod is not null)
            return $"; pod {pod.Name}: {PodText.State(pod, _watch.State.EventsOf(pod))}";
        return _watch.State.EventsOf(item).LastOrDefault(each => each.Text("type") == "Warning") is { } warning ? $"; {warning.Text("message")}" : "";
    }

    private IEnumerable<Hopeless> Late(DateTimeOffset now)
    {
        if (!_watch.Synced)
        {
            foreach (var manifest in _waitedFor.Concat(_tests.Select(test => test.Template.Manifest)).Distinct<Manifest>(ReferenceEqualityComparer.Instance))
                yield return new Hopeless.Late(manifest, null, "its state was never read from the cluster", _settings.Timeout);
            yield break;
        }
        foreach (var test in _tests.Where(test => !_ended.ContainsKey(test.Name)))
        {
            var state = _view.Find(test.Template.Manifest) is not { } item ? "does not exist"
                : item.Kind == "Pod" ? PodText.State(item, _watch.State.EventsOf(item))
                : (_view.Outcome(test, _settings.MaxRestarts) as TestOutcome.Running)?.State + WhyNot(test.Template.Manifest, item);
            yield return new Hopeless.Late(test.Template.Manifest, test, state, _settings.Timeout);
        }
        foreach (var manifest in _waitedFor.Where(manifest => !_done.Contains(manifest)))
        {
            if (StateOf(manifest) is ReadinessState.Waiting waiting)
                yield return new Hopeless.Late(manifest, null, waiting.Message, _settings.Timeout);
        }
    }

    private async Task<WaitResult> EndAsync(List<Hopeless> failures, CancellationToken cancellationToken)
    {
        foreach (var test in _tests.Where(test => failures.Count > 0 && !_ended.ContainsKey(test.Name)))
            _progress.NotEnded(test.Name, _began.TryGetValue(test, out var began) ? _time.GetUtcNow() - began : TimeSpan.Zero);
        var diagnostics = failures.Count == 0 ? [] : await _diagnostics.DescribeAsync(failures, cancellationToken);
        return new WaitResult(diagnostics) { Ended = _ended };
    }

    private void Add(Hopeless failure)
    {
        if (_hopeless.TryAdd(failure.Identity, failure))
            _settled = _time.GetUtcNow() + Settle;
    }

    /// <summary>The next moment at which something can be decided without a change: the end of a grace, of a test's limit, of the budget.</summary>
    private TimeSpan NextLook(DateTimeOffset now)
    {
        var limits = _tests.Where(test => _began.ContainsKey(test) && !_ended.ContainsKey(test.Name)).Select(test => _began[test] + test.Limit);
        DateTimeOffset?[] moments = [_deadline, _settled, _symptoms.NextEnd, _limits.NextEnd, _progress.NextReminder, .. limits];
        var next = moments.Min() ?? _deadline;
        return next <= now ? TimeSpan.FromMilliseconds(1) : next - now;
    }
}
