using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Waiting;

/// <summary>An event of a watch.</summary>
public sealed record Seen(KubernetesObject Item, bool Deleted = false)
{
    public Seen Gone() => this with { Deleted = true };
}

/// <summary>Short ways to write what watches bring, and what comes of it.</summary>
internal static class Replay
{
    /// <param name="containers">Such as "main=run side=0 other=3": how each main container is. "main=run&lt;3" runs again after exit code 3; "main=wait&lt;3" waits to; "main=run!" is ready; "#5" behind it is the number of restarts.</param>
    public static Seen Pod(string containers, string policy = "Never", string phase = "Running", string metadata = "", string spec = "", string status = "", string name = "p")
    {
        var all = containers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(each => each.Split('=')).ToList();
        var names = string.Join(", ", all.Select(each => $"{{name: {each[0]}}}"));
        if (spec.Contains("containers:", StringComparison.Ordinal))
            names = "";
        var statuses = string.Join(", ", all.Select(each => Status(each[0], each[1])));
        return new(Yaml.Object($"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, uid: {name}, {metadata}}}, spec: {{restartPolicy: {policy}, {(names.Length > 0 ? $"containers: [{names}], " : "")}{spec}}}, status: {{phase: {phase}, containerStatuses: [{statuses}], {status}}}}}"));
    }

    public static string OwnedBy(string kind, string uid = "o") => $"ownerReferences: [{{apiVersion: x, kind: {kind}, name: {uid}, uid: {uid}}}]";

    public static string Index(int index) => $"annotations: {{batch.kubernetes.io/job-completion-index: '{index}'}}";

    public static Seen Job(string status = "", string spec = "", string metadata = "", string name = "o") =>
        new(Yaml.Object($"{{apiVersion: batch/v1, kind: Job, metadata: {{name: {name}, uid: {name}, {metadata}}}, spec: {{{spec}}}, status: {{{status}}}}}"));

    public const string Complete = "succeeded: 1, conditions: [{type: Complete, status: 'True'}]";
    public const string TooMany = "failed: 1, conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: Job has reached the specified backoff limit}]";
    public const string Dying = "deletionTimestamp: '2026-01-01T00:00:40Z', deletionGracePeriodSeconds: 30";

    public static Seen Workload(string kind, string spec, string status, string name = "o") =>
        new(Yaml.Object($"{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: {name}, uid: {name}, generation: 1}}, spec: {{{spec}}}, status: {{{status}}}}}"));

    public static Seen Object(string yaml) => new(Yaml.Object(yaml));

    /// <summary>"passed", "failed: why" or "runs: state": what is decided first counts, whatever comes after it.</summary>
    public static string Verdict(TestHistory history, IEnumerable<Seen> events)
    {
        foreach (var seen in events)
        {
            history.Take(seen.Item, seen.Deleted);
            if (history.Outcome is not TestOutcome.Running)
                break;
        }
        return history.Outcome switch
        {
            TestOutcome.Passed => "passed",
            TestOutcome.Failed failed => $"{failed.Reason.Code}: {failed.Message}",
            TestOutcome.Running running => $"runs: {running.State}",
            _ => throw new InvalidOperationException("an unknown outcome"),
        };
    }

    /// <summary>The same for a whole kontrakt, whose events come as watches bring them: pods before what stands between them and their manifests.</summary>
    public static KontraktHistory Of(IReadOnlyList<Manifest> manifests, KontraktLabel label, IEnumerable<Seen> events)
    {
        var templates = manifests.Where(manifest => PodTemplatePaths.Find(manifest) is not null).Select(manifest => new PodTemplate(manifest, PodTemplatePaths.Find(manifest)!, label)).ToList();
        var all = new KontraktManifests(new("k", "/k", [], null), manifests, [], templates, []);
        var state = new ClusterState();
        var history = new KontraktHistory(all, KontraktTest.AllOf(all), new(all, state), maxRestarts: 3);
        foreach (var (item, deleted) in events)
        {
            var change = new WatchEvent(deleted ? WatchEventType.Deleted : WatchEventType.Modified, item);
            state.Apply(item.GroupVersionKind, change);
            history.Take(change, decide: true);
        }
        return history;
    }

    private static string Status(string name, string text)
    {
        var (now, restarts) = text.Split('#') is [var left, var count] ? (left, count) : (text, text.Contains('<', StringComparison.Ordinal) ? "1" : "0");
        var before = now.Split('<') is [var current, var code] ? $"lastState: {{terminated: {{exitCode: {code}}}}}, " : "";
        now = now.Split('<')[0];
        var state = now switch
        {
            "run" or "run!" => "running: {}",
            "wait" => "waiting: {reason: CrashLoopBackOff}",
            "new" => "waiting: {reason: ContainerCreating}",
            _ => $"terminated: {{exitCode: {now}, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:07Z'}}",
        };
        return $"{{name: {name}, ready: {(now == "run!" ? "true" : "false")}, restartCount: {restarts}, {before}state: {{{state}}}}}";
    }
}
