using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Waiting;

[TestClass]
public sealed class OutcomeOfTests
{
    private const int MaxRestarts = 3;

    [TestMethod]
    [DataRow(1, "exit code 1")]
    [DataRow(10, "exit code 10")]
    [DataRow(20, "exit code 20")]
    [DataRow(100, "exit code 100")]
    [DataRow(130, "exit code 130 (SIGINT)")]
    [DataRow(137, "exit code 137 (SIGKILL)")]
    [DataRow(143, "exit code 143 (SIGTERM)")]
    [DataRow(255, "exit code 255")]
    public void EveryExitCodeButZeroFails(int exitCode, string shown)
    {
        var failed = Of("Never", $"{{name: main, state: {{terminated: {{exitCode: {exitCode}, reason: Error}}}}}}") as TestOutcome.Failed;

        Assert.AreEqual($"container 'main' ended with {shown}", failed?.Message);
        Assert.AreSequenceEqual(["main"], failed!.Containers);
    }

    [TestMethod]
    public void ExitCodeZeroPassesAndItsTimesAreTheDuration()
    {
        var passed = Of("Never", "{name: main, state: {terminated: {exitCode: 0, reason: Completed, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:07Z'}}}");

        Assert.AreEqual(new TestOutcome.Passed(TimeSpan.FromSeconds(7)), passed);
    }

    [TestMethod]
    public void AllMainContainersMustEnd()
    {
        var one = Of("Never", "{name: main, state: {terminated: {exitCode: 0}}}, {name: side, state: {running: {}}}");
        var both = Of("Never", "{name: main, state: {terminated: {exitCode: 0}}}, {name: side, state: {terminated: {exitCode: 0}}}");

        Assert.IsInstanceOfType<TestOutcome.Running>(one);
        Assert.IsInstanceOfType<TestOutcome.Passed>(both);
    }

    [TestMethod]
    public void ANamedContainerDecidesWhileASidecarRunsOn()
    {
        var statuses = "{name: main, state: {terminated: {exitCode: 0}}}, {name: side, state: {running: {}}}";

        Assert.IsInstanceOfType<TestOutcome.Passed>(TestOutcome.OfPod(Pod("Never", statuses), ["main"], MaxRestarts));
        Assert.IsInstanceOfType<TestOutcome.Running>(TestOutcome.OfPod(Pod("Never", statuses), ["side"], MaxRestarts));
    }

    [TestMethod]
    public void ANativeSidecarDoesNotBlock()
    {
        var pod = Yaml.Object("{apiVersion: v1, kind: Pod, spec: {restartPolicy: Never, initContainers: [{name: side, restartPolicy: Always}], containers: [{name: main}]}, status: {phase: Running, initContainerStatuses: [{name: side, state: {running: {}}}], containerStatuses: [{name: main, state: {terminated: {exitCode: 0}}}]}}");

        Assert.IsInstanceOfType<TestOutcome.Passed>(TestOutcome.OfPod(pod, [], MaxRestarts));
    }

    [TestMethod]
    public void OneFailedContainerDecidesAtOnce() =>
        Assert.IsInstanceOfType<TestOutcome.Failed>(Of("Never", "{name: main, state: {terminated: {exitCode: 2}}}, {name: side, state: {running: {}}}"));

    [TestMethod]
    public void WhereThePodRestartsItTheEndBeforeCounts()
    {
        var failed = Of("Always", "{name: main, restartCount: 1, lastState: {terminated: {exitCode: 4}}, state: {running: {}}}");
        var passed = Of("Always", "{name: main, restartCount: 1, lastState: {terminated: {exitCode: 0}}, state: {waiting: {reason: CrashLoopBackOff}}}");

        Assert.AreEqual("container 'main' ended with exit code 4", (failed as TestOutcome.Failed)?.Message);
        Assert.IsInstanceOfType<TestOutcome.Passed>(passed);
    }

    [TestMethod]
    public void OnFailureRetriesUntilTheLimit()
    {
        Assert.IsInstanceOfType<TestOutcome.Running>(Of("OnFailure", "{name: main, restartCount: 2, lastState: {terminated: {exitCode: 1}}, state: {waiting: {reason: CrashLoopBackOff}}}"));
        Assert.IsInstanceOfType<TestOutcome.Running>(Of("OnFailure", "{name: main, restartCount: 3, lastState: {terminated: {exitCode: 1}}, state: {running: {}}}"));
        Assert.IsInstanceOfType<TestOutcome.Failed>(Of("OnFailure", "{name: main, restartCount: 3, lastState: {terminated: {exitCode: 1}}, state: {waiting: {reason: CrashLoopBackOff}}}"));
        Assert.IsInstanceOfType<TestOutcome.Passed>(Of("OnFailure", "{name: main, restartCount: 2, lastState: {terminated: {exitCode: 1}}, state: {terminated: {exitCode: 0}}}"));
    }

    [TestMethod]
    public void AFailedInitContainerFailsTheTest()
    {
        var pod = Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {restartPolicy: Never, containers: [{name: main}]}, status: {phase: Failed, initContainerStatuses: [{name: init, state: {terminated: {exitCode: 3}}}], containerStatuses: [{name: main, state: {waiting: {reason: PodInitializing}}}]}}");

        var failed = TestOutcome.OfPod(pod, [], MaxRestarts) as TestOutcome.Failed;

        Assert.AreEqual("init container 'init' ended with exit code 3", failed?.Message);
        Assert.AreSequenceEqual(["init"], failed!.Containers);
    }

    [TestMethod]
    public void AnEvictedTestFailsWithTheReason()
    {
        var pod = Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: main}]}, status: {phase: Failed, reason: Evicted, message: low on memory}}");

        Assert.AreEqual("Evicted: low on memory", (TestOutcome.OfPod(pod, [], MaxRestarts) as TestOutcome.Failed)?.Message);
    }

    [TestMethod]
    public void AJobDecidesForItselfAndItsPodSaysWhichContainer()
    {
        var running = Yaml.Object("{apiVersion: batch/v1, kind: Job, status: {active: 1, failed: 1}}");
        var failed = Yaml.Object("{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: too many}]}}");
        var pod = Pod("Never", "{name: main, state: {terminated: {exitCode: 10}}}");

        Assert.IsInstanceOfType<TestOutcome.Running>(TestOutcome.OfJob(running, [pod], [], MaxRestarts));
        var outcome = TestOutcome.OfJob(failed, [pod], [], MaxRestarts) as TestOutcome.Failed;

        Assert.AreEqual("container 'main' ended with exit code 10; too many (BackoffLimitExceeded)", outcome?.Message);
        Assert.AreEqual("p", outcome!.Pod);
    }

    [TestMethod]
    public void AFailedJobWaitsForTheEndOfItsPodButNotOfOneThatIsDeleted()
    {
        var failed = Yaml.Object("{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: too many}]}}");
        var runs = Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: job-x}, spec: {restartPolicy: Never, containers: [{name: main}]}, status: {phase: Running, containerStatuses: [{name: main, state: {running: {}}}]}}");
        var goes = Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: job-x, deletionTimestamp: '2026-01-01T00:00:00Z'}, spec: {restartPolicy: Never, containers: [{name: main}]}, status: {phase: Running, containerStatuses: [{name: main, state: {running: {}}}]}}");

        Assert.IsInstanceOfType<TestOutcome.Running>(TestOutcome.OfJob(failed, [runs], [], MaxRestarts));
        Assert.IsInstanceOfType<TestOutcome.Failed>(TestOutcome.OfJob(failed, [goes], [], MaxRestarts));
        Assert.IsInstanceOfType<TestOutcome.Failed>(TestOutcome.OfJob(failed, [], [], MaxRestarts));
    }

    [TestMethod]
    public void AJobWithASidecarEndsWithTheNamedContainer()
    {
        var job = Yaml.Object("{apiVersion: batch/v1, kind: Job, status: {active: 1}}");
        var pod = Pod("Never", "{name: main, state: {terminated: {exitCode: 0}}}, {name: side, state: {running: {}}}");

        Assert.IsInstanceOfType<TestOutcome.Passed>(TestOutcome.OfJob(job, [pod], ["main"], MaxRestarts));
    }

    [TestMethod]
    public void ReadinessPassesWhenReadyAndFailsWhenItHasEndedBadly()
    {
        Assert.IsInstanceOfType<TestOutcome.Passed>(TestOutcome.OfReadiness(Yaml.Object("{apiVersion: v1, kind: Pod, status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}}")));
        Assert.IsInstanceOfType<TestOutcome.Running>(TestOutcome.OfReadiness(Yaml.Object("{apiVersion: v1, kind: Pod, status: {phase: Running, conditions: [{type: Ready, status: 'False'}]}}")));
        Assert.IsInstanceOfType<TestOutcome.Failed>(TestOutcome.OfReadiness(Yaml.Object("{apiVersion: v1, kind: Pod, status: {phase: Failed}}")));
    }

    [TestMethod]
    public void OfSeveralPodsAllMustPass()
    {
        TestOutcome passed = new TestOutcome.Passed(TimeSpan.FromSeconds(1)), failed = new TestOutcome.Failed(default, "no", "p", []);

        Assert.IsInstanceOfType<TestOutcome.Running>(TestOutcome.All([passed], expected: 2));
        Assert.IsInstanceOfType<TestOutcome.Passed>(TestOutcome.All([passed, passed], expected: 2));
        Assert.IsInstanceOfType<TestOutcome.Failed>(TestOutcome.All([failed], expected: 2));
    }

    private static TestOutcome Of(string policy, string statuses) => TestOutcome.OfPod(Pod(policy, statuses), [], MaxRestarts);

    private static KubernetesObject Pod(string policy, string statuses)
    {
        var names = string.Join(", ", statuses.Split("{name: ").Skip(1).Select(each => $"{{name: {each[..each.IndexOf(',', StringComparison.Ordinal)]}}}"));
        return Yaml.Object($"{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{restartPolicy: {policy}, containers: [{names}]}}, status: {{phase: Running, containerStatuses: [{statuses}]}}}}");
    }
}
