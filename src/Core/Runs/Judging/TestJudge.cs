using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>The verdict on each test, with the log lines that explain it.</summary>
internal sealed class TestJudge
{
    private readonly KontraktView _view;
    private readonly WaitResult _waited;
    private readonly KontraktSettings _settings;
    private readonly Redactor _redactor;
    private readonly Evidence _evidence;
    private readonly List<(KontraktTest Test, TestOutcome Outcome)> _outcomes;

    public TestJudge(KontraktView view, IReadOnlyList<KontraktTest> tests, WaitResult waited, KontraktSettings settings, Redactor redactor, Evidence evidence)
    {
        (_view, _waited, _settings, _redactor, _evidence) = (view, waited, settings, redactor, evidence);
        _outcomes = [.. tests.Select(test => (test, waited.Ended.GetValueOrDefault(test.Name) ?? view.Outcome(test, settings.MaxRestarts)))];
    }

    public bool AllPassed => _outcomes.All(each => each.Outcome is TestOutcome.Passed);

    /// <summary>The tests' pods.</summary>
    public IReadOnlyList<KubernetesObject> Pods() => [.. _outcomes.SelectMany(each => _view.PodsOf(each.Test.Template.Manifest))];

    /// <summary>A diagnostic for every test that failed, in the order of the manifests. One that did not end is wait's to report, if wait failed.</summary>
    public IEnumerable<Diagnostic> Failures(KontraktManifests manifests)
    {
        var unready = Unready(manifests);
        foreach (var (test, outcome) in _outcomes)
        {
            if (outcome is TestOutcome.Failed failed)
                yield return Ktr.TestFailed.At(Place(test, failed), test.Name, Shown(failed.Message).TrimEnd('.', ' ') + Logs(failed) + unready);
            else if (outcome is TestOutcome.Running running && _waited.Failures.Count == 0)
                yield return Ktr.TestFailed.At(test.Location, test.Name, $"it has not ended ({Shown(running.State)}). Wait for it first (target KontraktWait).");
        }
    }

    public IReadOnlyList<RunTest> Tests() => [.. _outcomes.Select(each => Record(each.Test, each.Outcome))];

    private RunTest Record(KontraktTest test, TestOutcome outcome)
    {
        var failed = outcome as TestOutcome.Failed;
        var duration = failed?.Duration ?? (outcome as TestOutcome.Passed)?.Duration ?? TimeSpan.Zero;
        var place = failed is null ? test.Location : Place(test, failed);
        var message = failed is not null ? Shown(failed.Message) : outcome is TestOutcome.Running running ? $"did not end: {Shown(running.State)}" : null;
        return new(test.Name, outcome is TestOutcome.Passed, duration.TotalSeconds, message, Output(test), place.File, place.Line, place.Column) { Containers = failed?.Containers ?? [] };
    }

    private static SourceLocation Place(KontraktTest test, TestOutcome.Failed failed) =>
        failed.Containers.Count > 0 ? test.Template.LocateContainer(failed.Containers[0]) : test.Location;

    private string Logs(TestOutcome.Failed failed)
    {
        var pod = Pods().FirstOrDefault(each => each.Name == failed.Pod);
        if (pod is null || failed.Containers.Count == 0)
            return ".";
        return string.Concat(failed.Containers.Select(name => (failed.Containers.Count > 1 ? $"\n container '{name}'" : "") + LogText.Tail(Tail(pod, name))));
    }

    /// <summary>The last lines of the tests' deciding containers; with several, each line says which.</summary>
    private string? Output(KontraktTest test)
    {
        var lines = new List<string>();
        foreach (var pod in _view.PodsOf(test.Template.Manifest))
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

    /// <summary>A test often fails because of something else that never stood.</summary>
    private string Unready(KontraktManifests manifests)
    {
        var tests = _outcomes.Select(each => each.Test.Template.Manifest).ToHashSet<Manifest>(ReferenceEqualityComparer.Instance);
        var unready = manifests.Objects.Where(manifest => Readiness.Matters(manifest.Object.GroupVersionKind) && !tests.Contains(manifest))
            .Select(manifest => _view.Find(manifest)).OfType<KubernetesObject>()
            .Select(item => Readiness.Of(item) is ReadinessState.Waiting waiting ? $"{item}: {waiting.Message}" : null).OfType<string>().ToList();
        return unready.Count == 0 ? "" : $"\nNot ready at the time: {Shown(string.Join("; ", unready))}";
    }

    private string Shown(string text) => _redactor.Redact(PlainText.Clean(text));
}
