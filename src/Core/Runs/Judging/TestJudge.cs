using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>The verdict on each test, with the log lines that explain it.</summary>
internal sealed class TestJudge
{
    private readonly KontraktManifests _manifests;
    private readonly KontraktWatch _watch;
    private readonly WaitResult _waited;
    private readonly Redactor _redactor;
    private readonly Evidence _evidence;
    private readonly List<(KontraktTest Test, TestOutcome Outcome)> _outcomes;

    public TestJudge(KontraktManifests manifests, KontraktWatch watch, WaitResult waited, Redactor redactor, Evidence evidence)
    {
        (_manifests, _watch, _waited, _redactor, _evidence) = (manifests, watch, waited, redactor, evidence);
        _outcomes = [.. watch.Tests.Select(test => (test, waited.Ended.GetValueOrDefault(test.Name) ?? watch.History.Outcome(test.Template.Manifest)))];
    }

    public bool AllPassed => _outcomes.All(each => each.Outcome is TestOutcome.Passed);

    /// <summary>The tests' pods, as they were last seen.</summary>
    public IReadOnlyList<KubernetesObject> Pods() => [.. _outcomes.SelectMany(each => PodsOf(each.Test))];

    /// <summary>A diagnostic for every test that failed, in the order of the manifests. One that did not end is wait's to report, if wait failed, and needs no reason of its own where another test has failed.</summary>
    public IEnumerable<Diagnostic> Failures()
    {
        var unready = Unready();
        foreach (var (test, outcome) in _outcomes)
        {
            if (outcome is TestOutcome.Failed { Containers.Count: 0 } without)
                yield return without.Reason.At(test.Location, test.Name, Shown(without.Message).TrimEnd('.', ' ') + (without.Reason == Ktr.TestFailed ? "." : "") + unready);
            else if (outcome is TestOutcome.Failed failed)
                yield return failed.Reason.At(Place(test, failed), test.Name, Shown(failed.Message).TrimEnd('.', ' ') + Logs(failed) + unready);
            else if (outcome is not TestOutcome.Running running || _waited.Failures.Count > 0)
                continue;
            else if (!_waited.Unended.TryGetValue(test.Name, out var unended))
                yield return Ktr.TestFailed.At(test.Location, test.Name, $"it has not ended ({Shown(running.State)}). Wait for it first (target KontraktWait).");
            else if (!_outcomes.Any(each => each.Outcome is TestOutcome.Failed))
                yield return unended.NotStarted is { } never ? Ktr.NotStarted.At(test.Location, test.Name, never)
                    : Ktr.TestFailed.At(test.Location, test.Name, $"it had not ended when the wait was over ({Shown(running.State)}).");
        }
    }

    /// <summary>An error for each target of which no pod has run: of what it names, nothing was tested.</summary>
    public IEnumerable<Diagnostic> TargetsThatNeverRan()
    {
        var ran = _waited.Ran.Concat(_watch.History.RanTargets.Select(manifest => manifest.Title)).ToHashSet(StringComparer.Ordinal);
        foreach (var template in _manifests.PodTemplates.Where(template => template.Label == KontraktLabel.Target && !ran.Contains(template.Manifest.Title)))
        {
            var state = _watch.View.Find(template.Manifest) is not { } item ? "it does not exist"
                : WorkloadReadiness.Wanted(item) == 0 ? "it wants no pod"
                : _watch.View.PodsOf(template.Manifest).FirstOrDefault() is { } pod ? $"pod {pod.Name}: {PodText.State(pod)}" : "it has no pod";
            yield return Ktr.TargetNeverRan.At(PodTemplatePlaces.Template(template), template.Manifest.Title, Shown(state));
        }
    }

    private IEnumerable<KubernetesObject> PodsOf(KontraktTest test) => _watch.History.PodsOf(test.Template.Manifest).Select(history => history.Pod);

    public IReadOnlyList<RunTest> Tests() => [.. _outcomes.Select(each => Record(each.Test, each.Outcome))];

    private RunTest Record(KontraktTest test, TestOutcome outcome)
    {
        var failed = outcome as TestOutcome.Failed;
        var duration = failed?.Duration ?? (outcome as TestOutcome.Passed)?.Duration ?? TimeSpan.Zero;
        var place = failed is null ? test.Location : Place(test, failed);
        var unended = outcome is TestOutcome.Running ? _waited.Unended.GetValueOrDefault(test.Name) : null;
        var stopped = unended is { Stopped: true };
        var seen = outcome is TestOutcome.Running now ? Shown(_watch.WithEvents(test.Template.Manifest, now.State)) : "";
        if (unended?.CannotRun is { } cannot)
            return new(test.Name, Passed: false, unended.Seconds, cannot.Message, Output(test), cannot.File, cannot.Line, cannot.Column) { Code = cannot.Code };
        var message = failed is not null ? Shown(failed.Message)
            : outcome is not TestOutcome.Running ? null
            : unended?.NotStarted is { } never ? $"was not started: {never}"
            : stopped ? $"was stopped, since something else had failed; last seen: {seen}"
            : $"did not end: {seen}";
        return new(test.Name, outcome is TestOutcome.Passed, unended?.Seconds ?? duration.TotalSeconds, message, Output(test) ?? Output(failed), place.File, place.Line, place.Column)
        {
            Containers = failed?.Containers ?? [],
            Stopped = stopped,
            NotStarted = unended?.NotStarted is not null,
        };
    }

    private static SourceLocation Place(KontraktTest test, TestOutcome.Failed failed) =>
        failed.Containers.Count > 0 ? test.Template.LocateContainer(failed.Containers[0]) : test.Location;

    private string Logs(TestOutcome.Failed failed)
    {
        var history = _outcomes.SelectMany(each => _watch.History.PodsOf(each.Test.Template.Manifest)).FirstOrDefault(each => each.Pod.Name == failed.Pod);
        return string.Concat(failed.Containers.Select((name, index) => (failed.Containers.Count > 1 ? $"\n container '{name}'" : "") + Log(history, name, failed.Logs.ElementAtOrDefault(index))));
    }

    /// <summary>The log of a container that failed: as it is now, or as it was read when it ended, where the pod has been deleted since.</summary>
    private string Log(PodHistory? pod, string container, IReadOnlyList<string>? read) =>
        pod is not null && Tail(pod.Pod, container) is { Count: > 0 } lines ? LogText.Tail(lines)
        : read is null && pod is null or { Deleted: true } ? LogText.Gone
        : LogText.Tail(read);

    private static string? Output(TestOutcome.Failed? failed) =>
        failed is { Logs.Count: > 0 } && failed.Logs.Any(log => log is { Count: > 0 }) ? string.Join('\n', failed.Logs.SelectMany(log => log ?? [])) : null;

    /// <summary>The last lines of the tests' deciding containers; with several, each line says which.</summary>
    private string? Output(KontraktTest test)
    {
        var lines = new List<string>();
        foreach (var pod in PodsOf(test))
        {
            var containers = ContainerStatus.Of(pod).Where(each => !each.Init && (test.Deciding.Count == 0 || test.Deciding.Contains(each.Name, StringComparer.Ordinal))).ToList();
            foreach (var container in containers)
                lines.AddRange(Tail(pod, container.Name).Select(line => containers.Count > 1 ? $"[{container.Name}] {line}" : line));
        }
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    /// <summary>Where the pod has restarted what ended, the log of the run before is the one that the verdict is about.</summary>
    private IReadOnlyList<string> Tail(KubernetesObject pod, string container)
    {
        var status = ContainerStatus.Of(pod).FirstOrDefault(each => each.Name == container);
        return _evidence.Tail(pod.Name, container, previousFirst: status is { EndedBefore: not null, Ended: null });
    }

    /// <summary>A test often fails because of something else that never ran, or that crashed: its containers say why.</summary>
    private string Unready()
    {
        var tests = _outcomes.Select(each => each.Test.Template.Manifest).ToHashSet<Manifest>(ReferenceEqualityComparer.Instance);
        var objects = _manifests.Objects.Where(manifest => Readiness.Matters(manifest.Object.GroupVersionKind) && !tests.Contains(manifest))
            .Select(manifest => (Item: _watch.View.Find(manifest), Crashes: Crashes.Of(_watch.View.PodsOf(manifest)))).ToList();
        var unready = objects.Select(each => each.Item is { } item && Readiness.Of(item) is ReadinessState.Waiting waiting ? $"{item}: {waiting.Message}" : null).OfType<string>().ToList();
        return (unready.Count == 0 ? "" : $"\nNot ready at the time: {Shown(string.Join("; ", unready))}") + string.Concat(objects.SelectMany(each => each.Crashes)
            .Select(crash => $"\n{Shown(crash.Text)}{LogText.Tail(_evidence.Tail(crash.Pod, crash.Container.Name, previousFirst: crash.IsOfRunBefore))}"));
    }

    private string Shown(string text) => _redactor.Redact(PlainText.Clean(text));
}
