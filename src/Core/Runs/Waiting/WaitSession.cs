using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>One wait: takes in changes, looks after each batch at what the history has decided, and ends as soon as something is decided for all.</summary>
internal sealed class WaitSession
{
    /// <summary>After each thing that is hopeless: how long others may still show that they are too, so that one run tells all.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>A Job that deletes itself within so many seconds may be gone before its log is asked for.</summary>
    private const int SoonGone = 30;

    private readonly KontraktSettings _settings;
    private readonly DateTimeOffset _deadline;
    private readonly KontraktWatch _seen;
    private readonly ClusterWatch _watch;
    private readonly TimeProvider _time;
    private readonly KontraktView _view;
    private readonly IReadOnlyList<KontraktTest> _tests;
    private readonly IReadOnlyList<Manifest> _waitedFor;
    private readonly WaitProgress _progress;
    private readonly WaitDiagnostics _diagnostics;
    private readonly EndedLogs _logs;
    private readonly FollowedLogs? _followed;
    private readonly LaterObjects _later;
    private readonly ObjectStates _states;
    private readonly SymptomClock _symptoms;
    private readonly ReadinessLimits _limits;
    private readonly Dictionary<string, TestOutcome> _ended = new(StringComparer.Ordinal);
    private readonly Dictionary<KontraktTest, DateTimeOffset> _began = [];
    private readonly HashSet<(string Test, bool Passed)> _reported = [];
    private readonly HashSet<Manifest> _done = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Hopeless> _hopeless = new(StringComparer.Ordinal);
    private readonly HashSet<Manifest> _leaving = new(ReferenceEqualityComparer.Instance);
    private readonly bool _again;
    private DateTimeOffset? _settled;

    /// <param name="followed">Where logs of tests go as they are written; null: nowhere.</param>
    /// <param name="again">Whether a wait has ended well before: then only what must be ready is looked at, and nothing is applied or reported twice.</param>
    public WaitSession(KontraktWork work, KontraktWatch seen, DateTimeOffset deadline, WaitProgress progress, EndedLogs logs, FollowedLogs? followed = null, bool again = false)
    {
        _followed = followed;
        (_settings, _deadline, _time, _progress, _logs) = (work.Settings, deadline, work.Time, progress, logs);
        (_seen, _watch, _view, _tests) = (seen, seen.Cluster, seen.View, [.. seen.Tests.Where(test => !again || (IsOfReadiness(test) && seen.History.WasSeen(test.Template.Manifest)))]);
        _diagnostics = new(work, seen.View);
        _later = new(work, seen, over: again);
        _states = new(seen, _later, _time);
        _symptoms = new(_time);
        _limits = new(_time);
        var ofTests = seen.Tests.Select(test => test.Template.Manifest).ToHashSet<Manifest>(ReferenceEqualityComparer.Instance);
        _waitedFor = [.. work.Manifests.Objects.Where(manifest => Readiness.Matters(manifest.Object.GroupVersionKind) && !ofTests.Contains(manifest) && !ObjectStates.IsIgnored(manifest)
            && (!again || seen.History.WasSeen(manifest)))];
        _again = again;
        if (!again)
            return;
        _done.UnionWith(_waitedFor);
        foreach (var test in _tests)
            _ended[test.Name] = new TestOutcome.Passed(TimeSpan.Zero);
        _reported.UnionWith(_tests.Select(test => (test.Name, Passed: true)));
    }

    public async Task<WaitResult> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_watch.Synced && Decide() is { } failures)
                return await EndAsync(failures, cancellationToken);
            if (_watch.Synced && _hopeless.Count == 0 && await _later.StartAsync(StandingOf, cancellationToken))
                continue;
            if (_later.Refused.Count > 0)
                return await EndAsync([.. _hopeless.Values], cancellationToken);
            var now = _time.GetUtcNow();
            if (now >= _deadline)
            {
                List<Hopeless> late = [.. _hopeless.Values, .. Late()];
                return await EndAsync(late.Count > 0 ? late : NotStarted(), cancellationToken);
            }
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
        _states.Refresh();
        LookAtTests(now);
        LookAtObjects();
        LookAtPods();
        if (_hopeless.Count > 0)
            return now >= _settled ? [.. _hopeless.Values] : null;
        var failed = _ended.Values.Any(outcome => outcome is TestOutcome.Failed);
        if (AllEnded && (AllDone || failed))
            return failed ? [] : NotStarted();
        _progress.Remind(Outstanding);
        return null;
    }

    private bool AllEnded => _tests.All(test => _ended.ContainsKey(test.Name) || _later.WhyNever(test.Template.Manifest) is not null) && (_tests.Count > 0 || AllDone);

    private bool AllDone => _waitedFor.All(manifest => _done.Contains(manifest) || _later.WhyNever(manifest) is not null) && !_later.AnyOpen;

    /// <summary>The state of something that others come after: a test has passed, an object is ready.</summary>
    private Standing StandingOf(Manifest manifest)
    {
        if (_later.IsPending(manifest))
            return Standing.Open;
        if (TestOf(manifest) is { } test)
            return _ended.GetValueOrDefault(test.Name) switch { TestOutcome.Passed => Standing.Good, TestOutcome.Failed => Standing.Bad, _ => Standing.Open };
        if (!Readiness.Matters(manifest.Object.GroupVersionKind))
            return Standing.Good;
        if (_waitedFor.Contains(manifest) && _done.Contains(manifest))
            return Standing.Good;
        return _states.Of(manifest) switch { ReadinessState.Done => Standing.Good, ReadinessState.Failed => Standing.Bad, _ => Standing.Open };
    }

    private void LookAtTests(DateTimeOffset now)
    {
        foreach (var test in _tests.Where(test => !_ended.ContainsKey(test.Name) || MayTurn(test)))
        {
            var manifest = test.Template.Manifest;
            if (_later.IsPending(manifest))
            {
                _progress.Say(test.Name, _later.State(manifest, StandingOf));
                continue;
            }
            ReadLogs(manifest);
            foreach (var pod in _followed is null ? [] : _seen.History.PodsOf(manifest))
                _followed?.Follow(pod);
            var outcome = OutcomeOf(test);
            if (outcome is TestOutcome.Running && !_seen.History.WasSeen(manifest) && _states.IsAway(manifest))
                outcome = new TestOutcome.Failed(TimeSpan.Zero, "it was applied, and no longer exists. " + TestOutcome.WhoDeletes(manifest.Object), "", []) { Reason = Ktr.TestGone };
            if (outcome is TestOutcome.Running running)
            {
                if (_ended.Remove(test.Name))
                    _began.Remove(test); // It has its time again.
                if (_seen.History.WasSeen(manifest))
                    _began.TryAdd(test, now);
                var state = _seen.WithEvents(manifest, running.State);
                _progress.Say(test.Name, state);
                if (test.Limit is { } limit && _began.TryGetValue(test, out var began) && now - began >= limit)
                    Add(new Hopeless.Late(manifest, test, state, limit));
                continue;
            }
            _ended[test.Name] = outcome;
            if (_reported.Add((test.Name, outcome is TestOutcome.Passed)))
                _progress.Ended(test.Name, outcome);
        }
    }

    /// <summary>What must be ready, is ready only while it is; what is deleted after it was ready, stays so.</summary>
    private bool MayTurn(KontraktTest test) => IsOfReadiness(test) && _ended[test.Name] is TestOutcome.Passed
        && _view.Find(test.Template.Manifest) is { } item && item.Text("metadata", "deletionTimestamp").Length == 0;

    private static bool IsOfReadiness(KontraktTest test) => test is { IsReadiness: true, Template.Manifest.Object.Kind: not ("Job" or "CronJob") };

    private TestOutcome OutcomeOf(KontraktTest test)
    {
        var (manifest, outcome) = (test.Template.Manifest, _seen.History.Outcome(test.Template.Manifest));
        if (test.IsReadiness && outcome is TestOutcome.Failed { Reason: var reason } && (reason == Ktr.TestGone || reason == Ktr.NothingRan) && _reported.Contains((test.Name, true)))
            return new TestOutcome.Passed(TimeSpan.Zero);
        return test.IsReadiness && outcome is TestOutcome.Passed && _view.Find(manifest) is { } item && _states.Unsteady(manifest, item) is { } why ? new TestOutcome.Running(why) : outcome;
    }

    private void ReadLogs(Manifest manifest)
    {
        var follow = KubernetesObject.Number(manifest.Object.At("spec", "ttlSecondsAfterFinished"), long.MaxValue) <= SoonGone;
        foreach (var pod in _seen.History.PodsOf(manifest))
            _logs.Read(pod, follow);
    }

    private void LookAtObjects()
    {
        foreach (var manifest in _waitedFor)
        {
            if (_later.IsPending(manifest))
            {
                _progress.Say(manifest.Title, _later.State(manifest, StandingOf));
                continue;
            }
            if (_again && IsLeaving(manifest))
                continue;
            ReadLogs(manifest);
            switch (_states.Of(manifest))
            {
                case ReadinessState.Done:
                    _limits.Ready(manifest);
                    if (_done.Add(manifest))
                        _progress.Say(manifest.Title, "ready");
                    break;
                case ReadinessState.Failed failed:
                    Add(new Hopeless.Failed(manifest, failed, _seen.History.FailureOf(manifest)));
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

    /// <summary>After a wait that ended well: what a test deletes was ready, and stays so.</summary>
    private bool IsLeaving(Manifest manifest) => _leaving.Contains(manifest)
        || (_view.Find(manifest) is { } item && item.Text("metadata", "deletionTimestamp").Length > 0 && _leaving.Add(manifest));

    /// <summary>Only pods that come from the kontrakt count; those of an ended test have had their say.</summary>
    private void LookAtPods()
    {
        var pulls = new List<(PodSubject Subject, PodSymptom.ImagePull Symptom)>();
        foreach (var subject in _view.Pods().Where(subject => !IsOver(subject)))
        {
            var symptoms = PodDiagnosis.Of(subject.Pod, _watch.State.EventsOf(subject.Pod), KontraktView.Rules(subject, _tests), _settings).ToList();
            pulls.AddRange(symptoms.OfType<PodSymptom.ImagePull>().Select(pull => (subject, pull)));
            foreach (var (symptom, lasted) in _symptoms.Final(subject.Pod, symptoms))
                Add(new Hopeless.Pod(subject, symptom, lasted));
        }
        // What is final of an image is so of each pod that cannot pull it, also of one that has had fewer tries.
        var images = _hopeless.Values.OfType<Hopeless.Pod>().Select(pod => (pod.Symptom as PodSymptom.ImagePull)?.Image).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (subject, pull) in pulls.Where(pull => images.Contains(pull.Symptom.Image)))
            Add(new Hopeless.Pod(subject, pull, TimeSpan.Zero));
    }

    private bool IsOver(PodSubject subject) =>
        _seen.Tests.Any(test => ReferenceEquals(test.Template.Manifest, subject.Manifest) && (_ended.ContainsKey(test.Name) || !_tests.Contains(test))) || ObjectStates.IsIgnored(subject.Manifest);

    private IEnumerable<Hopeless> Late()
    {
        if (!_watch.Synced)
        {
            foreach (var manifest in _waitedFor.Concat(_tests.Select(test => test.Template.Manifest)).Distinct<Manifest>(ReferenceEqualityComparer.Instance))
                yield return new Hopeless.Late(manifest, null, "its state was never read from the cluster", _settings.Timeout);
            yield break;
        }
        foreach (var test in _tests.Where(test => !_ended.ContainsKey(test.Name) && !_later.IsPending(test.Template.Manifest)))
        {
            var state = _view.Find(test.Template.Manifest) is not { } item ? "does not exist"
                : item.Kind == "Pod" ? PodText.State(item, _watch.State.EventsOf(item))
                : (_seen.History.Outcome(test.Template.Manifest) as TestOutcome.Running)?.State + _states.WhyNot(test.Template.Manifest, item);
            yield return new Hopeless.Late(test.Template.Manifest, test, state, _settings.Timeout);
        }
        foreach (var manifest in _waitedFor.Where(manifest => !_done.Contains(manifest) && !_later.IsPending(manifest)))
        {
            if (_states.Of(manifest) is ReadinessState.Waiting waiting)
                yield return new Hopeless.Late(manifest, null, waiting.Message, _settings.Timeout);
        }
    }

    /// <summary>Where nothing else has failed, nothing else says why these were never applied; and what was never applied has proved nothing.</summary>
    private List<Hopeless> NotStarted() =>
        [.. _later.Pending.Select(manifest => new Hopeless.NotStarted(manifest, TestOf(manifest), _later.WhyNot(manifest, StandingOf)))];

    private KontraktTest? TestOf(Manifest manifest) => _tests.FirstOrDefault(test => ReferenceEquals(test.Template.Manifest, manifest));

    private async Task<WaitResult> EndAsync(List<Hopeless> failures, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        foreach (var (test, outcome) in _ended.ToList())
            if (outcome is TestOutcome.Failed failed)
                _ended[test] = await _logs.AttachAsync(failed);
        for (var i = 0; i < failures.Count; i++)
            if (failures[i] is Hopeless.Failed { Detail: { } detail } failed)
                failures[i] = failed with { Detail = await _logs.AttachAsync(detail) };
        var described = failures.Count == 0 ? [] : await _diagnostics.DescribeAsync(failures, cancellationToken);
        var unended = UnendedTests.Of(described, _tests.Where(test => !_ended.ContainsKey(test.Name)).Select(test => new UnendedTest(test,
            _began.TryGetValue(test, out var began) ? now - began : TimeSpan.Zero, _later.IsPending(test.Template.Manifest) ? _later.WhyNot(test.Template.Manifest, StandingOf) : null)));
        foreach (var test in unended.Values.Where(test => test.NotStarted is null))
            _progress.NotEnded(test);
        return new WaitResult([.. WaitDiagnostics.InOrder(described), .. _later.Refused]) { Ended = _ended, Unended = unended, Ran = [.. _seen.History.RanTargets.Select(manifest => manifest.Title)] };
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
        DateTimeOffset?[] moments = [_deadline, _settled, _symptoms.NextEnd, _limits.NextEnd, _progress.NextReminder, _states.NextEnd, .. limits];
        var next = moments.Min() ?? _deadline;
        return next <= now ? TimeSpan.FromMilliseconds(1) : next - now;
    }
}
