using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Tests.Clusters;
using static Kontrakt.Tests.Waiting.Replay;

namespace Kontrakt.Tests.Waiting;

/// <summary>Sequences of events with their times, and when the wait has to end, or what it still waits for after 100 s.</summary>
[TestClass]
public sealed class ReadyNow
{
    private const string Ready = "conditions: [{type: Ready, status: 'True'}]";
    private const string NotReady = "conditions: [{type: Ready, status: 'False', reason: ContainersNotReady}]";
    private const string Probe = "containers: [{name: main, readinessProbe: {exec: {command: [x]}}}]";
    private const string StartupProbe = "containers: [{name: main, startupProbe: {exec: {command: [x]}}}]";
    private const string TwoOneProbed = "containers: [{name: main, readinessProbe: {exec: {command: [x]}}}, {name: side}]";
    private const string OfReplicaSet = "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: d-1, uid: d-1}]";
    private const string Available = "observedGeneration: 1, updatedReplicas: 1, replicas: 1, availableReplicas: 1";
    private const string Unavailable = "observedGeneration: 1, updatedReplicas: 1, replicas: 1, availableReplicas: 0, unavailableReplicas: 1";
    private static readonly Manifest OneTest = Yaml.Manifest("{apiVersion: v1, kind: Pod, metadata: {name: t, labels: {kontrakt: test}}, spec: {restartPolicy: Never, containers: [{name: main}]}}");
    private static readonly Manifest Deployment = Yaml.Manifest("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {containers: [{name: main}]}}}}");
    private static readonly Manifest OnePod = Yaml.Manifest("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: main}]}}");
    private static readonly Manifest Claim = Yaml.Manifest("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}}");

    private static readonly Manifest OneJob = Yaml.Manifest("{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: main}]}}}}");
    private const string OfJob = "ownerReferences: [{apiVersion: batch/v1, kind: Job, name: j, uid: j, controller: true}]";

    private static Seen Job(string status) => Object($"{{apiVersion: batch/v1, kind: Job, metadata: {{name: j, uid: j}}, spec: {{backoffLimit: 0}}, status: {{{status}}}}}");

    private static Seen Of(string containers, string status = NotReady, string spec = "", string metadata = OfReplicaSet, string policy = "Always", string name = "p") => Pod(containers, policy, metadata: metadata, spec: spec, status: status, name: name);

    private static Seen Bare(string containers, string status = NotReady, string spec = "", string policy = "Always", string metadata = "") => Of(containers, status, spec, metadata, policy);

    private static Seen Deployed(string status, string replicas = "1") => Workload("Deployment", $"replicas: {replicas}", status, "d");

    private static (double, Seen)[] Owners => [(0, Deployed(Unavailable)), (0, Object("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: d-1, uid: d-1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: d, uid: d}]}}"))];

    private static (double, Seen) TestEnds(double second) => (second, Pod("main=0", phase: "Succeeded", name: "t"));

    private static object[] Row(string name, Manifest manifest, string verdict, params (double, Seen)[] events) => [name, manifest, false, verdict, events];

    private static object[] Readiness(string name, Manifest manifest, string verdict, params (double, Seen)[] events) => [name, manifest, true, verdict, events];

    public static IEnumerable<object[]> Rows =>
    [
        Row("no probe: running for 3 s", Deployment, "3 s", [.. Owners, TestEnds(0), (0, Of("main=run!", Ready)), (0, Deployed(Available))]),
        Row("no probe: the test takes longer", Deployment, "7 s", [.. Owners, TestEnds(7), (0, Of("main=run!", Ready)), (0, Deployed(Available))]),
        Row("a readiness probe: at once", Deployment, "1 s", [.. Owners, TestEnds(0), (1, Of("main=run!", Ready, Probe)), (1, Deployed(Available))]),
        Row("a startup probe: at once", Deployment, "1 s", [.. Owners, TestEnds(0), (1, Of("main=run!", Ready, StartupProbe)), (1, Deployed(Available))]),
        Row("a container beside a probed one has none", Deployment, "4 s", [.. Owners, TestEnds(0), (1, Of("main=run! side=run!", Ready, TwoOneProbed)), (1, Deployed(Available))]),
        Row("its status is seen before its pod", Deployment, "8 s", [.. Owners, TestEnds(0), (0, Deployed(Available)), (5, Of("main=run!", Ready))]),
        Row("its pod is seen to end before its status says so", Deployment, "waits for: deployment/d: 0 of 1 pods are ready and stable; pod p: Running: container main: CrashLoopBackOff, 1 restart",
            [.. Owners, TestEnds(9), (0, Of("main=run!", Ready)), (0, Deployed(Available)), (8, Of("main=wait<1"))]),
        Row("crashes at once, again and again", Deployment, "waits for: deployment/d: 0 of 1 pods are available; pod p: Running: container main: CrashLoopBackOff, 2 restarts",
            [.. Owners, TestEnds(2), (0, Of("main=run!", Ready)), (0, Deployed(Available)), (1, Of("main=1")), (1, Deployed(Unavailable)), (2, Of("main=run!<1", Ready)), (2, Deployed(Available)),
             (3, Of("main=wait<1")), (3, Deployed(Unavailable)), (20, Of("main=run!<1#2", Ready)), (20, Deployed(Available)), (26, Of("main=wait<1#2")), (26, Deployed(Unavailable))]),
        Row("crashed once", Deployment, "14 s", [.. Owners, TestEnds(2), (0, Of("main=run!", Ready)), (1, Of("main=1")), (4, Of("main=run!<1", Ready)), (4, Deployed(Available))]),
        Row("crashed once, with a probe", Deployment, "14 s", [.. Owners, TestEnds(2), (0, Of("main=run", spec: Probe)), (1, Of("main=1", spec: Probe)), (4, Of("main=run!<1", Ready, Probe)), (4, Deployed(Available))]),
        Row("crashed once, and runs for long when the test ends", Deployment, "50 s", [.. Owners, TestEnds(50), (4, Of("main=run!<1", Ready)), (4, Deployed(Available))]),
        Row("killed by its liveness probe, and ends with 0", Deployment, "waits for: deployment/d: 0 of 1 pods are ready and stable; pod p: container 'main' restarted after exit code 0; is it stable? 1 s of 10 s",
            [.. Owners, TestEnds(2), (1, Of("main=run!<0", Ready)), (1, Deployed(Available)), .. Enumerable.Range(1, 11).Select(i => (i * 9.0, Of($"main=run!<0#{i + 1}", Ready))), (100, Deployed(Available))]),
        Row("ready once, and not when the test ends", Deployment, "60 s", [.. Owners, TestEnds(9), (0, Of("main=run!", Ready, Probe)), (0, Deployed(Available)), (8, Of("main=run", spec: Probe)), (8, Deployed(Unavailable)), (60, Of("main=run!", Ready, Probe)), (60, Deployed(Available))]),
        Row("deleted by the test", Deployment, "9 s", [.. Owners, TestEnds(9), (0, Of("main=run!", Ready)), (0, Deployed(Available)), (5, Deployed(Unavailable).Gone())]),
        Row("scaled down by the test", Deployment, "9 s", [.. Owners, TestEnds(9), (0, Of("main=run!", Ready)), (0, Deployed(Available)), (5, Deployed("observedGeneration: 1", "0")), (5, Of("main=run!", Ready).Gone())]),
        Row("scaled up by the test", Deployment, "waits for: deployment/d: 1 of 2 pods are of the latest revision", [.. Owners, TestEnds(9), (0, Of("main=run!", Ready)), (0, Deployed(Available)), (5, Deployed(Available, "2"))]),
        Row("a pod: ready for a moment at each start", OnePod, "waits for: pod/p: Running: container main: CrashLoopBackOff, 2 restarts",
            [TestEnds(2), (0, Bare("main=run!", Ready)), (1, Bare("main=1")), (2, Bare("main=run!<1", Ready)), (3, Bare("main=wait<1")), (20, Bare("main=run!<1#2", Ready)), (29, Bare("main=wait<1#2"))]),
        Row("a pod: crashed once", OnePod, "12 s", [TestEnds(2), (0, Bare("main=run!", Ready)), (1, Bare("main=1")), (2, Bare("main=run!<1", Ready))]),
        Row("a pod whose first container is done, and whose second starts again and again", OnePod, "waits for: pod/p: Running: container side: CrashLoopBackOff, 1 restart",
            [TestEnds(3), (0, Bare("main=run! side=run!", Ready, policy: "OnFailure")), (1, Bare("main=0 side=run!", policy: "OnFailure")), (2, Bare("main=0 side=wait<1", policy: "OnFailure"))]),
        Row("a pod that was ready and has ended with success", OnePod, "9 s", [TestEnds(9), (0, Bare("main=run!", Ready, Probe, "Never")), (5, Pod("main=0", "Never", "Succeeded", spec: Probe, status: NotReady))]),
        Row("a pod that the test deletes", OnePod, "9 s", [TestEnds(9), (0, Bare("main=run!", Ready)), (8, Bare("main=run!", metadata: Dying))]),
        Row("a job that has failed before its pod is seen to end", OneJob, "waits for: job/j: Job has reached the specified backoff limit (BackoffLimitExceeded); the end of its pod is waited for",
            [TestEnds(2), (0, Job("active: 1")), (1, Pod("main=run", metadata: OfJob)), (5, Job("failed: 1, conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: Job has reached the specified backoff limit}]"))]),
        Row("a claim that is bound and deleted", Claim, "9 s", [TestEnds(9), (0, Object("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, uid: c}, status: {phase: Bound}}")), (8, Object("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, uid: c}}").Gone())]),
        Readiness("a test: ready for 3 s", Deployment, "3 s", [.. Owners, (0, Of("main=run!", Ready)), (0, Deployed(Available))]),
        Readiness("a test: ready for a moment at each start", Deployment, "waits for: deployment/d: 0 of 1 pods are available",
            [.. Owners, (0, Of("main=run!", Ready)), (0, Deployed(Available)), (1, Of("main=1")), (1, Deployed(Unavailable)), (2, Of("main=run!<1", Ready)), (2, Deployed(Available)), (11, Of("main=wait<1")), (11, Deployed(Unavailable))]),
        Readiness("a test: crashed once", OnePod, "12 s", [(0, Bare("main=run!", Ready)), (1, Bare("main=1")), (2, Bare("main=run!<1", Ready))]),
        Readiness("a test: ready for a moment at each start", OnePod, "waits for: pod/p: Running: container main: CrashLoopBackOff, 1 restart", [(0, Bare("main=run!", Ready)), (1, Bare("main=1")), (2, Bare("main=run!<1", Ready)), (11, Bare("main=wait<1"))]),
        Readiness("a test: ends with success and starts again, and was never ready", OnePod, "waits for: pod/p: Running: container main: CrashLoopBackOff, 1 restart", [(0, Bare("main=run", spec: Probe)), (1, Bare("main=0", spec: Probe)), (2, Bare("main=wait<0", spec: Probe))]),
        Readiness("a test: was ready, and has ended with success", OnePod, "0 s", [(0, Bare("main=run!", Ready, Probe, "Never")), (0, Pod("main=0", "Never", "Succeeded", spec: Probe, status: NotReady))]),
    ];

    [TestMethod]
    [DynamicData(nameof(Rows))]
    [Timeout(60_000)]
    public async Task OfAWait(string name, Manifest manifest, bool readiness, string verdict, (double, Seen)[] events) =>
        Assert.AreEqual(verdict, await ReplayAsync(readiness ? [manifest] : [manifest, OneTest], readiness ? manifest : OneTest, readiness ? KontraktLabel.Readiness : KontraktLabel.Test, events), name);

    /// <summary>A readiness test that another test, which takes longer, brings down.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task ATestOfReadinessMustBeReadyAtTheEndToo()
    {
        var other = new PodTemplate(OneTest, [], KontraktLabel.Test);
        (double, Seen)[] events = [TestEnds(9), (0, Bare("main=run!", Ready, Probe)), (5, Bare("main=run", spec: Probe))];

        Assert.AreEqual("waits for: pod/p: Running: container main: running, not ready", await ReplayAsync([OnePod, OneTest], OnePod, KontraktLabel.Readiness, events, [other]));
        Assert.AreEqual("30 s", await ReplayAsync([OnePod, OneTest], OnePod, KontraktLabel.Readiness, [.. events, (30, Bare("main=run!", Ready, Probe))], [other]));
        Assert.AreEqual("9 s", await ReplayAsync([OnePod, OneTest], OnePod, KontraktLabel.Readiness, [.. events, (6, Bare("main=run", spec: Probe).Gone())], [other]));
    }

    /// <summary>Assertions take their time after the tests, and hold once: what crashes meanwhile must be ready again.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task AfterAssertionsEverythingMustBeReadyToo()
    {
        (double, Seen)[] events = [.. Owners, TestEnds(1), (1, Of("main=run!", Ready, Probe)), (1, Deployed(Available))];
        (double, Seen)[] down = [.. events, (5, Of("main=run", spec: Probe)), (5, Deployed(Unavailable))];
        (double, Seen)[] up = [.. down, (30, Of("main=run!", Ready, Probe)), (30, Deployed(Available))];
        (double, Seen)[] gone = [.. down, (6, Deployed(Unavailable).Gone())];
        Task<string> After(IEnumerable<(double, Seen)> seen) => ReplayAsync([Deployment, OneTest], OneTest, KontraktLabel.Test, seen, assertionsEnd: 8);

        Assert.AreEqual("8 s", await After(events));
        Assert.AreEqual("waits for: deployment/d: 0 of 1 pods are available; pod p: Running: container main: running, not ready", await After(down));
        Assert.AreEqual("30 s", await After(up));
        Assert.AreEqual("8 s", await After(gone));
    }

    private static async Task<string> ReplayAsync(IReadOnlyList<Manifest> manifests, Manifest labelled, KontraktLabel label, IEnumerable<(double Second, Seen Seen)> events, IReadOnlyList<PodTemplate>? others = null, double assertionsEnd = 0)
    {
        const double End = 100;
        var folder = new KontraktFolder("k", "/k", [], null);
        var all = new KontraktManifests(folder, manifests, [], [new(labelled, PodTemplatePaths.Find(labelled)!, label), .. others ?? []], []);
        using var over = new CancellationTokenSource();
        using var client = new ClusterClient(new ClusterConnection { Server = new("http://127.0.0.1:9"), Name = "none", Identity = new ClusterIdentity.Anonymous() });
        KontraktWatch? watch = null;
        var time = new ScriptedTime([(0, () => See(Pod("main=run", name: "t"))), .. events.Select(each => (each.Second, (Action)(() => See(each.Seen)))), (End, over.Cancel)]);
        var log = new ListLog();
        var work = new KontraktWork(new(new("k", "r", "ns", "a", Created: true), client, client), all, Yaml.Settings, log, "/nowhere") { Time = time };
        using (watch = new(work, fromTheBeginning: true, CancellationToken.None))
        using (var logs = new EndedLogs(work, over.Token))
        {
            var session = new WaitSession(work, watch, time.GetUtcNow() + TimeSpan.FromHours(1), new("k", log, Redactor.None, time), logs);
            try
            {
                var result = await session.RunAsync(over.Token);
                var passed = result.Failures.Count == 0 && result.Ended.Values.All(outcome => outcome is TestOutcome.Passed);
                while (passed && time.Seconds < assertionsEnd)
                    await watch.Cluster.NextAsync(TimeSpan.FromSeconds(assertionsEnd - time.Seconds), over.Token);
                if (passed && assertionsEnd > 0)
                    passed = (await KontraktWaiter.WaitAgainAsync(work, watch, new("k", log, Redactor.None, time), time.GetUtcNow() + TimeSpan.FromHours(1), over.Token)).Count == 0;
                return passed ? string.Create(CultureInfo.InvariantCulture, $"{time.Seconds:0} s") : string.Join('\n', result.Failures) + string.Join('\n', result.Ended);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return "waits for: " + log.Progress.Last(text => !text.StartsWith("still waiting", StringComparison.Ordinal));
            }
        }

        void See(Seen seen)
        {
            var change = new WatchEvent(seen.Deleted ? WatchEventType.Deleted : WatchEventType.Modified, seen.Item);
            watch!.Cluster.State.Apply(seen.Item.GroupVersionKind, change);
            watch.Cluster.Changed!(change, true);
        }
    }
}
