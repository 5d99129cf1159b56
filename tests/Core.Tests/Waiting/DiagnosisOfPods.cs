using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Tests.Waiting;

[TestClass]
public sealed class DiagnosisOfPods
{
    [TestMethod]
    [DataRow("rpc error: code = NotFound desc = failed to pull and unpack image \"localhost:5000/x:1\": localhost:5000/x:1: not found", 1)]
    [DataRow("manifest for x:1 not found: manifest unknown: manifest unknown", 1)]
    [DataRow("pull access denied for x, repository does not exist or may require 'docker login'", 1)]
    [DataRow("failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized", 1)]
    [DataRow("no matching manifest for linux/arm64 in the manifest list entries", 1)]
    [DataRow("no match for platform in manifest: not found", 1)]
    [DataRow("failed to do request: Head \"https://r:5000/v2/x/manifests/1\": x509: certificate signed by unknown authority", 1)]
    [DataRow("tls: failed to verify certificate: x509: certificate is valid for a, not b", 1)]
    [DataRow("x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2025-01-01T00:00:00Z", 1)]
    [DataRow("remote error: tls: bad certificate", 1)]
    [DataRow("Head \"https://r:5000/v2/x/manifests/1\": http: server gave HTTP response to HTTPS client", 1)]
    [DataRow("tls: first record does not look like a TLS handshake", 1)]
    [DataRow("couldn't parse image reference \"Not/Valid:1\": invalid reference format: repository name must be lowercase", 1)]
    [DataRow("unexpected status from HEAD request to https://r/v2/x/manifests/1: 403 Forbidden", 1)]
    [DataRow("failed to pull and unpack image \"r/x:1\": encountered unknown type application/vnd.docker.distribution.manifest.v1+prettyjws; children may not be fetched", 1)]
    [DataRow("localhost:5000 has no 'localhost:5000/shop/x:1'", 1)]
    [DataRow("blob unknown to registry", 1)]
    [DataRow("toomanyrequests: You have reached your pull rate limit. 429 Too Many Requests", 4)]
    [DataRow("dial tcp: lookup registry.invalid on 10.0.0.1:53: no such host", 2)]
    [DataRow("dial tcp 10.0.0.1:5000: connect: connection refused", 3)]
    [DataRow("reading the manifest of x:1 failed: localhost:9 refuses connections", 3)]
    [DataRow("reading the manifest of x:1 failed: the host name of registry.invalid is not known", 2)]
    [DataRow("write /var/lib/containerd/x: no space left on device", 3)]
    [DataRow("Head \"https://r/v2/x/manifests/1\": net/http: TLS handshake timeout", 5)]
    [DataRow("dial tcp: lookup r on 10.0.0.1:53: server misbehaving", 5)]
    [DataRow("unexpected status code 503 Service Unavailable", 5)]
    [DataRow("Back-off pulling image \"x:1\"", null)]
    [DataRow("read tcp 10.0.0.2:40000->10.0.0.1:5000: read: connection reset by peer", 5)]
    [DataRow("something new", 5)]
    public void APullIsFinalAfterSomeTriesOrNever(string message, int? tries) => Assert.AreEqual(tries, ImagePullMessage.Patience(message, "x:1")?.Tries);

    [TestMethod]
    public void WhileItBacksOffTheEventSaysWhy()
    {
        var pod = Pod("waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image'}");
        var pulled = Event("Failed", "spec.containers{main}", "'Failed to pull image \"r/x:1\": rpc error: code = NotFound desc = r/x:1: not found'");

        var symptom = Single(pod, Event("Failed", "spec.containers{main}", "'Error: ErrImagePull'"), pulled, Event("Failed", "spec.containers{other}", "'Failed to pull image \"y\": timeout'")) as PodSymptom.ImagePull;

        Assert.AreEqual("r/x:1", symptom?.Image);
        StringAssert.Contains(symptom!.Message, "not found");
        Assert.AreEqual(TimeSpan.FromMinutes(5), Single(pod)?.Grace);
    }

    [TestMethod]
    [DataRow("localhost:5000/shop/timeout-proxy:1", "Failed to pull image \"localhost:5000/shop/timeout-proxy:1\": failed to resolve reference \"localhost:5000/shop/timeout-proxy:1\": localhost:5000/shop/timeout-proxy:1: not found", 1)]
    [DataRow("timeout-proxy", "Failed to pull image \"timeout-proxy\": docker.io/library/timeout-proxy:latest: not found", 1)]
    [DataRow("r.example/denied-page:denied", "Failed to pull image \"r.example/denied-page:denied\": something new", 5)]
    public void WordsOfAnImagesNameAreNoReason(string image, string message, int tries) => Assert.AreEqual(tries, ImagePullMessage.Patience(message, image)?.Tries);

    [TestMethod]
    [DataRow("waiting: {reason: InvalidImageName, message: bad}")]
    [DataRow("waiting: {reason: ErrImageNeverPull, message: never}")]
    [DataRow("waiting: {reason: ErrImagePull, message: manifest unknown}")]
    public void AnImageThatCannotBeHadIsFinalAtOnce(string state)
    {
        var symptom = Single(Pod(state)) as PodSymptom.ImagePull;

        Assert.AreEqual(("main", TimeSpan.Zero), (symptom?.Container, symptom?.Grace));
    }

    /// <summary>A registry that drops a connection, or restarts, has its chances. Events that are alike are one, with a count.</summary>
    [TestMethod]
    [DataRow("dial tcp: lookup r.invalid: no such host", 1, 1, false)]
    [DataRow("dial tcp: lookup r.invalid: no such host", 2, 1, true)]
    [DataRow("dial tcp 10.0.0.1:5000: connect: connection refused", 2, 1, false)]
    [DataRow("dial tcp 10.0.0.1:5000: connect: connection refused", 1, 3, true)]
    [DataRow("read: connection reset by peer", 2, 2, false)]
    [DataRow("read: connection reset by peer", 5, 1, true)]
    public void AFailedPullIsFinalAfterItsTries(string message, int count, int events, bool final)
    {
        var failed = Enumerable.Repeat(Event("Failed", "spec.containers{main}", $"'Failed to pull image \"r/x:1\": {message}', count: {count}"), events);
        var others = new[] { Event("Failed", "spec.containers{main}", "'Error: ErrImagePull', count: 9"), Event("Failed", "spec.containers{other}", "'Failed to pull image \"y\": x', count: 9") };

        foreach (var state in new[] { $"waiting: {{reason: ErrImagePull, message: '{message}'}}", "waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"r/x:1\"'}" })
        {
            var symptom = Single(Pod(state), [.. failed, .. others]) as PodSymptom.ImagePull;

            Assert.AreEqual((count * events, final), (symptom?.Tries, symptom?.Grace == TimeSpan.Zero), state);
            StringAssert.Contains(symptom?.Message, message);
        }
    }

    /// <summary>What failed before an image was pulled once is over.</summary>
    [TestMethod]
    public void TriesBeforeAnImageThatWasPulledDoNotCount()
    {
        var before = Event("Failed", "spec.containers{main}", "'Failed to pull image \"r/x:1\": connection refused', count: 2");
        var now = Event("Failed", "spec.containers{main}", "'Failed to pull image \"r/x:1\": connection refused again', count: 1");

        var symptom = Single(Pod("waiting: {reason: ErrImagePull, message: connection refused}"), before, Event("Pulled", "spec.containers{main}", "'Successfully pulled image'"), now) as PodSymptom.ImagePull;

        Assert.AreEqual(1, symptom?.Tries);
    }

    [TestMethod]
    public void OfAnEventThatBeganBeforeAnImageWasPulledOneTryCounts()
    {
        var failed = Event("Failed", "spec.containers{main}", "'Failed to pull image \"r/x:1\": connection refused', count: 5, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:10:00Z'");
        var pulled = Event("Pulled", "spec.containers{main}", "'Successfully pulled image', lastTimestamp: '2026-01-01T00:05:00Z'");

        var symptom = Single(Pod("waiting: {reason: ErrImagePull, message: connection refused}"), pulled, failed) as PodSymptom.ImagePull;

        Assert.AreEqual(1, symptom?.Tries);
    }

    [TestMethod]
    public void WithoutEventsAFailedPullIsFinalByItsTime()
    {
        var symptom = Single(Pod("waiting: {reason: ErrImagePull, message: 'dial tcp 10.0.0.1:5000: i/o timeout'}")) as PodSymptom.ImagePull;

        Assert.AreEqual(TimeSpan.FromMinutes(5), symptom?.Grace);
        // One and the same trouble: its time goes on while it backs off.
        var backingOff = Single(Pod("waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"r/x:1\"'}"));
        Assert.AreEqual((symptom?.Identity, TimeSpan.FromMinutes(5)), (backingOff?.Identity, backingOff?.Grace));
    }

    [TestMethod]
    [DataRow(2, "waiting: {reason: CrashLoopBackOff}", false)]
    [DataRow(3, "waiting: {reason: CrashLoopBackOff}", true)]
    [DataRow(3, "terminated: {exitCode: 1}", true)]
    [DataRow(3, "terminated: {exitCode: 0}", true)]
    [DataRow(3, "running: {}", false)]
    public void ACrashLoopIsFinalAfterTheAllowedRestarts(int restarts, string state, bool final)
    {
        var symptom = Single(Pod(state, restarts)) as PodSymptom.CrashLoop;

        Assert.AreEqual(final, symptom is not null);
    }

    [TestMethod]
    public void ATestsOwnExitsAreNoCrashLoop()
    {
        var pod = Pod("waiting: {reason: CrashLoopBackOff}", restarts: 5);

        Assert.IsEmpty(PodDiagnosis.Of(pod, [], new PodTolerance(_ => true), Yaml.Settings));
    }

    [TestMethod]
    [DataRow("couldn't find key nope in ConfigMap ns/settings", "ConfigMap", "settings", "nope", null)]
    [DataRow("couldn't find key password in Secret ns/db", "Secret", "db", "password", null)]
    [DataRow("secret \"db\" not found", "Secret", "db", null, null)]
    [DataRow("configmap \"settings\" not found", "ConfigMap", "settings", null, null)]
    [DataRow("MountVolume.SetUp failed for volume \"v\" : configmap \"settings\" not found", "ConfigMap", "settings", null, "v")]
    [DataRow("MountVolume.SetUp failed for volume \"v\" : configmap references non-existent config key: nope", "ConfigMap", "", "nope", "v")]
    [DataRow("MountVolume.SetUp failed for volume \"v\" : references non-existent secret key: nope", "Secret", "", "nope", "v")]
    public void TheMessageNamesWhatIsMissing(string message, string kind, string name, string? key, string? volume) =>
        Assert.AreEqual(new MissingReference(kind, name, key, volume), PodDiagnosis.Missing(message));

    [TestMethod]
    [DataRow("MountVolume.SetUp failed for volume \"v\" : failed to sync configmap cache: timed out waiting for the condition")]
    [DataRow("mount.nfs: Connection timed out")]
    public void AMountThatMayStillWorkIsNotHopeless(string message)
    {
        var pod = Pod("waiting: {reason: ContainerCreating}");

        Assert.IsNull(PodDiagnosis.Missing(message));
        Assert.IsNull(Single(pod, Event("FailedMount", "", $"'{message}'")));
    }

    [TestMethod]
    public void WhatIsMissingMayStillCome()
    {
        var key = Single(Pod("waiting: {reason: CreateContainerConfigError, message: secret \"db\" not found}")) as PodSymptom.CannotStart;
        var mount = Single(Pod("waiting: {reason: ContainerCreating}"), Event("FailedMount", "", "'MountVolume.SetUp failed for volume \"v\" : configmap \"c\" not found'")) as PodSymptom.CannotStart;

        Assert.IsTrue(key!.Grace > TimeSpan.Zero && mount!.Grace > TimeSpan.Zero);
    }

    [TestMethod]
    [DataRow("waiting: {reason: RunContainerError, message: 'exec: \"/nope\": stat /nope: no such file or directory'}")]
    [DataRow("waiting: {reason: CrashLoopBackOff}, x: {}}, lastState: {terminated: {exitCode: 128, reason: StartError, message: 'exec: \"/nope\": no such file or directory'}")]
    [DataRow("terminated: {exitCode: 127, reason: ContainerCannotRun, message: 'executable file not found in $PATH'}")]
    public void ACommandThatDoesNotExistIsFinalAtOnce(string state)
    {
        var symptom = Single(Pod(state)) as PodSymptom.CannotStart;

        Assert.AreEqual(TimeSpan.Zero, symptom?.Grace);
    }

    [TestMethod]
    public void AProgramForAnotherProcessorIsExplained()
    {
        var symptom = Single(Pod("waiting: {reason: RunContainerError, message: 'exec /app: exec format error'}")) as PodSymptom.CannotStart;

        StringAssert.Contains(symptom!.Message, "another processor architecture");
    }

    [TestMethod]
    [DataRow("", "", "", "Pending")]
    [DataRow("reason: Unschedulable", "", "", "Pending: Unschedulable")]
    [DataRow("", "message: full", "", "Pending: full")]
    [DataRow("reason: Unschedulable", "message: full", "' '", "Pending: Unschedulable: full")]
    public void TheStateOfAPodHoldsWhatIsKnownAndNoMore(string reason, string message, string warning, string expected)
    {
        var pod = Yaml.Object($"{{apiVersion: v1, kind: Pod, status: {{phase: Pending, conditions: [{{type: PodScheduled, status: 'False', {string.Join(", ", new[] { reason, message }.Where(text => text.Length > 0))}}}]}}}}");
        var events = warning.Length == 0 ? [] : new[] { Yaml.Object($"{{apiVersion: v1, kind: Event, type: Warning, message: {warning}}}") };

        Assert.AreEqual(expected, PodText.State(pod, events));
    }

    [TestMethod]
    public void APodThatFitsNowhereGetsTheGraceOfTheSettings()
    {
        var pod = Yaml.Object("{apiVersion: v1, kind: Pod, status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 1 Insufficient cpu}]}}");
        var volume = Yaml.Object("{apiVersion: v1, kind: Pod, status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: pod has unbound immediate PersistentVolumeClaims}]}}");

        var symptom = Single(pod) as PodSymptom.Unschedulable;

        Assert.AreEqual(Yaml.Settings.UnschedulableGrace, symptom?.Grace);
        Assert.IsNull(Single(volume));
    }

    [TestMethod]
    public void AGraceEndsByTheClockAndBeginsAnewAfterAPause()
    {
        var time = new ManualTime();
        var clock = new SymptomClock(time);
        var pod = Pod("waiting: {reason: ContainerCreating}");
        PodSymptom[] symptoms = [new PodSymptom.Unschedulable("full", TimeSpan.FromSeconds(30))];

        Assert.IsEmpty(clock.Final(pod, symptoms));
        time.Now += TimeSpan.FromSeconds(29);
        Assert.IsEmpty(clock.Final(pod, symptoms));
        Assert.AreEqual(time.Now + TimeSpan.FromSeconds(1), clock.NextEnd);
        time.Now += TimeSpan.FromSeconds(1);
        Assert.HasCount(1, clock.Final(pod, symptoms));

        Assert.IsEmpty(clock.Final(pod, []));
        Assert.IsEmpty(clock.Final(pod, symptoms));
    }

    private static PodSymptom? Single(KubernetesObject pod, params KubernetesObject[] events) => PodDiagnosis.Of(pod, events, PodTolerance.Service, Yaml.Settings).SingleOrDefault();

    private static KubernetesObject Pod(string state, int restarts = 0) => Yaml.Object(
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: p, uid: u}}, spec: {{containers: [{{name: main, image: 'r/x:1'}}]}}, status: {{phase: Pending, containerStatuses: [{{name: main, restartCount: {restarts}, {(state.Contains("lastState", StringComparison.Ordinal) ? "" : "lastState: {terminated: {exitCode: 3}}, ")}state: {{{state}}}}}]}}}}");

    private static KubernetesObject Event(string reason, string fieldPath, string message) =>
        Yaml.Object($"{{apiVersion: v1, kind: Event, type: Warning, reason: {reason}, involvedObject: {{fieldPath: '{fieldPath}'}}, message: {message}}}");
}
