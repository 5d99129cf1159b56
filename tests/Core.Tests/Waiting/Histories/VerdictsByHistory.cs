using Kontrakt.Runs;
using static Kontrakt.Tests.Waiting.Replay;

namespace Kontrakt.Tests.Waiting;

/// <summary>Sequences of events, and the verdict that they have to give.</summary>
[TestClass]
public sealed class VerdictsByHistory
{
    private const string Probe = "containers: [{name: main, readinessProbe: {exec: {command: [x]}}}]";
    private const string OwnProbe = "containers: [{name: main, restartPolicy: Never, readinessProbe: {exec: {command: [x]}}}]";
    private const string Ready = "conditions: [{type: Ready, status: 'True'}]";
    private const string NotReady = "conditions: [{type: Ready, status: 'False', reason: ContainersNotReady}]";
    private const string Seen1 = "observedGeneration: 1, ";
    private static readonly string Owned = OwnedBy("Job");

    [TestMethod]
    [DynamicData(nameof(Pods))]
    public void OfAPod(string name, Seen[] events, string verdict, string deciding) => Check("Pod", false, deciding, events, verdict, name);

    [TestMethod]
    [DynamicData(nameof(Jobs))]
    public void OfAJob(string name, Seen[] events, string verdict, string deciding) => Check("Job", false, deciding, events, verdict, name);

    [TestMethod]
    [DynamicData(nameof(Others))]
    public void OfOtherKinds(string name, string kind, Seen[] events, string verdict) => Check(kind, false, "", events, verdict, name);

    [TestMethod]
    [DynamicData(nameof(Readinesses))]
    public void OfReadiness(string name, string kind, Seen[] events, string verdict) => Check(kind, true, "", events, verdict, name);

    private static void Check(string kind, bool readiness, string deciding, Seen[] events, string verdict, string name)
    {
        var history = TestHistory.Of(kind, readiness, deciding.Split(',', StringSplitOptions.RemoveEmptyEntries), maxRestarts: 3);

        var found = Replay.Verdict(history, events);

        Assert.StartsWith(verdict, found, name);
    }

    /// <summary>A container with a restartPolicy of its own, and a rule.</summary>
    private static string Own(string policy, int? code = null) =>
        $"containers: [{{name: main, restartPolicy: {policy}{(code is { } exit ? $", restartPolicyRules: [{{action: Restart, exitCodes: {{operator: In, values: [{exit}]}}}}]" : "")}}}]";

    private static object[] Row(string name, string verdict, params Seen[] events) => [name, events, verdict, ""];

    private static object[] Row(string deciding, string name, string verdict, params Seen[] events) => [name, events, verdict, deciding];

    private static object[] Kind(string kind, string name, string verdict, params Seen[] events) => [name, kind, events, verdict];

    public static IEnumerable<object[]> Pods =>
    [
        Row("nothing seen", "runs: does not exist"),
        Row("exit 0", "passed", Pod("main=new", phase: "Pending"), Pod("main=run"), Pod("main=0", phase: "Succeeded")),
        Row("exit 0 before the phase says so", "passed", Pod("main=run"), Pod("main=0")),
        Row("exit 1", "KTR4001: container 'main' ended with exit code 1", Pod("main=run"), Pod("main=1")),
        Row("exit 137", "KTR4001: container 'main' ended with exit code 137 (SIGKILL)", Pod("main=137")),
        Row("exit 155", "KTR4001: container 'main' ended with exit code 155 (SIGPROF)", Pod("main=155")),
        Row("exit 145: SIGCHLD ends nothing", "KTR4001: container 'main' ended with exit code 145", Pod("main=145")),
        Row("exit 200", "KTR4001: container 'main' ended with exit code 200", Pod("main=200")),
        Row("exit 130", "KTR4001: container 'main' ended with exit code 130 (SIGINT)", Pod("main=130")),
        Row("two containers, one runs on", "runs: Running", Pod("main=0 side=run")),
        Row("two containers, both end", "passed", Pod("main=0 side=run"), Pod("main=0 side=0", phase: "Succeeded")),
        Row("two containers, one fails while the other runs on", "KTR4001: container 'main' ended with exit code 2", Pod("main=2 side=run")),
        Row("main", "a sidecar runs on", "passed", Pod("main=run side=run"), Pod("main=0 side=run")),
        Row("side", "the named container runs on", "runs: Running", Pod("main=0 side=run")),
        Row("main", "a sidecar fails", "passed", Pod("main=run side=1"), Pod("main=0 side=1", phase: "Failed")),
        Row("main", "exit 0 at its deadline", "KTR4001: DeadlineExceeded: too long", Pod("main=run side=run"), Pod("main=0 side=137", phase: "Failed", status: "reason: DeadlineExceeded, message: too long")),
        Row("main", "exit 0 at an eviction, whose phase comes later", "KTR4001: Evicted", Pod("main=run side=run"), Pod("main=0 side=run", status: "conditions: [{type: DisruptionTarget, status: 'True'}]"),
            Pod("main=0 side=137", phase: "Failed", status: "reason: Evicted, conditions: [{type: DisruptionTarget, status: 'True'}]")),
        Row("out of its time, and main answers with 0 while a sidecar runs", "KTR4001: DeadlineExceeded", Pod("main=run"), Pod("main=run", status: "reason: DeadlineExceeded"), Pod("main=0", status: "reason: DeadlineExceeded"),
            Pod("main=0", phase: "Failed", status: "reason: DeadlineExceeded")),
        Row("out of its time, and always restarted", "KTR4001: DeadlineExceeded", Pod("main=run", "Always"), Pod("main=run", "Always", status: "reason: DeadlineExceeded"), Pod("main=0", "Always", status: "reason: DeadlineExceeded"),
            Pod("main=0", "Always", phase: "Failed", status: "reason: DeadlineExceeded")),
        Row("main", "exit 0, and an eviction after it", "passed", Pod("main=run side=run"), Pod("main=0 side=run"), Pod("main=0 side=137", phase: "Failed", status: "reason: Evicted")),
        Row("a native sidecar does not block", "passed", Pod("main=0", spec: "initContainers: [{name: side, restartPolicy: Always}]", status: "initContainerStatuses: [{name: side, state: {running: {}}}]")),
        Row("an init container fails", "KTR4001: init container 'init' ended with exit code 3", Pod("main=new", phase: "Failed", status: "initContainerStatuses: [{name: init, state: {terminated: {exitCode: 3}}}]")),
        Row("evicted", "KTR4001: Evicted: low on memory", Pod("main=run"), Pod("", phase: "Failed", status: "reason: Evicted, message: low on memory")),
        Row("its own deadline", "KTR4001: DeadlineExceeded: Pod was active on the node longer", Pod("main=run"), Pod("", phase: "Failed", status: "reason: DeadlineExceeded, message: Pod was active on the node longer")),
        Row("restarted (Always) after a failure", "KTR4001: container 'main' ended with exit code 4", Pod("main=run", "Always"), Pod("main=run<4", "Always")),
        Row("restarted (Always) after success", "passed", Pod("main=run", "Always"), Pod("main=wait<0", "Always")),
        Row("restarted (Always): the failure comes after the success that has decided", "passed", Pod("main=0", "Always"), Pod("main=1<0", "Always")),
        Row("restarted (Always): a failure that is known with the success", "KTR4001: container 'main' ended with exit code 1", Pod("main=1<0", "Always")),
        Row("OnFailure tries again", "runs: ", Pod("main=1", "OnFailure"), Pod("main=wait<1#2", "OnFailure")),
        Row("OnFailure has had its chances", "KTR4001: container 'main' ended with exit code 1", Pod("main=run<1#3", "OnFailure"), Pod("main=wait<1#3", "OnFailure")),
        Row("OnFailure passes in the end", "passed", Pod("main=1", "OnFailure"), Pod("main=run<1", "OnFailure"), Pod("main=0<1", "OnFailure")),
        Row("its container is never restarted, its pod would be", "KTR4001: container 'main' ended with exit code 4", Pod("main=run side=run", "Always", spec: Own("Never")), Pod("main=4 side=run", "Always", spec: Own("Never"))),
        Row("its container is restarted whatever it ended with, its pod would not be", "passed", Pod("main=run<0", spec: Own("Always"))),
        Row("its container is tried again on failure, its pod would not be", "runs: ", Pod("main=1", spec: Own("OnFailure")), Pod("main=run<1", spec: Own("OnFailure"))),
        Row("its container is tried again on failure, and passes", "passed", Pod("main=1", spec: Own("OnFailure")), Pod("main=run<1", spec: Own("OnFailure")), Pod("main=0<1", spec: Own("OnFailure"))),
        Row("a rule restarts it after this code", "runs: ", Pod("main=42", spec: Own("Never", 42)), Pod("main=run<42", spec: Own("Never", 42))),
        Row("a rule restarts it after this code, and then it passes", "passed", Pod("main=run<42", spec: Own("Never", 42)), Pod("main=0<42", spec: Own("Never", 42))),
        Row("a rule restarts it after this code, and then it fails with another", "KTR4001: container 'main' ended with exit code 1", Pod("main=run<42", spec: Own("Never", 42)), Pod("main=1<42", spec: Own("Never", 42))),
        Row("a rule restarts it after this code, too often", "KTR4001: container 'main' ended with exit code 42", Pod("main=run<42#3", spec: Own("Never", 42)), Pod("main=42<42#3", spec: Own("Never", 42))),
        Row("a rule restarts it after success", "runs: ", Pod("main=0", spec: Own("Never", 0))),
        Row("a rule is about all other codes", "KTR4001: container 'main' ended with exit code 42", Pod("main=42", spec: Own("Never", 42).Replace("operator: In", "operator: NotIn", StringComparison.Ordinal))),
        Row("a rule restarts it, and its pod is deleted while it runs", "KTR4001: container 'main' ended with exit code 137 (SIGKILL), because its pod was deleted while it ran",
            Pod("main=run", spec: Own("Never", 137)), Pod("main=137", metadata: Dying.Replace("40Z", "35Z", StringComparison.Ordinal), spec: Own("Never", 137))),
        Row("deleted while it ran", "KTR4030: last seen: Running", Pod("main=run"), Pod("main=run").Gone()),
        Row("deleted while it was created", "KTR4030: last seen: Pending", Pod("main=new", phase: "Pending").Gone()),
        Row("ended, and then deleted", "passed", Pod("main=0", phase: "Succeeded"), Pod("main=0", phase: "Succeeded").Gone()),
        Row("the deletion tells its end", "passed", Pod("main=run"), Pod("main=0", phase: "Succeeded").Gone()),
        Row("the deletion tells its failure", "KTR4001: container 'main' ended with exit code 5", Pod("main=run"), Pod("main=5", phase: "Failed").Gone()),
        Row("exit 0 because it was deleted is no success", "KTR4001: container 'main' ended with exit code 0, because its pod was deleted while it ran", Pod("main=run"),
            Pod("main=run", metadata: Dying.Replace("40Z", "35Z", StringComparison.Ordinal)), Pod("main=0", phase: "Succeeded", metadata: Dying.Replace("40Z", "35Z", StringComparison.Ordinal)).Gone()),
        Row("exit 0 before its deletion was asked for", "passed", Pod("main=run"), Pod("main=0", phase: "Succeeded", metadata: Dying).Gone()),
        Row("a first deletion of one made anew", "passed", Pod("main=new"), Pod("main=0", name: "p2"), Pod("main=new").Gone()),
    ];

    public static IEnumerable<object[]> Jobs =>
    [
        Row("complete", "passed", Job("active: 1"), Pod("main=run", metadata: Owned), Job(Complete)),
        Row("one pod of two has succeeded", "runs: ", Job("active: 1, succeeded: 1", "completions: 2"), Pod("main=0", metadata: Owned)),
        Row("complete, then deleted by its time limit", "passed", Job("active: 1"), Job(Complete, "ttlSecondsAfterFinished: 0"), Job(Complete, "ttlSecondsAfterFinished: 0").Gone()),
        Row("complete while it is being deleted", "passed", Job("active: 1"), Job(Complete, metadata: Dying), Job(Complete, metadata: Dying).Gone()),
        Row("only the deletion tells that it was complete", "passed", Job("active: 1"), Job(Complete).Gone()),
        Row("failed, then deleted by its time limit", "KTR4001: container 'main' ended with exit code 1; Job has reached the specified backoff limit (BackoffLimitExceeded)",
            Job("active: 1"), Pod("main=1", metadata: Owned, phase: "Failed"), Job(TooMany), Job(TooMany).Gone()),
        Row("deleted before Kontrakt saw it end", "KTR4030: last seen: runs: 1 pod active, 0 failed, 0 of 1 succeeded. its ttlSecondsAfterFinished (1) deletes it", Job("active: 1", "ttlSecondsAfterFinished: 1"), Job("active: 1", "ttlSecondsAfterFinished: 1").Gone()),
        Row("deleted by something else", "KTR4030: last seen: runs: 1 pod active, 0 failed, 0 of 1 succeeded. something has deleted it", Job("active: 1"), Job("active: 1").Gone()),
        Row("the first try fails, the second does not", "passed", Job("active: 1", "backoffLimit: 1"), Pod("main=1", metadata: Owned, phase: "Failed"), Pod("main=run", metadata: Owned, name: "p2"), Pod("main=0", metadata: Owned, name: "p2"), Job(Complete)),
        Row("a failed try is no verdict", "runs: runs: 1 pod active, 1 failed, 0 of 1 succeeded", Job("active: 1, failed: 1", "backoffLimit: 3"), Pod("main=1", metadata: Owned, phase: "Failed")),
        Row("failed before its pod is seen to have ended", "runs: Job has reached the specified backoff limit (BackoffLimitExceeded); the end of its pod is waited for", Job("active: 1"), Pod("main=run", metadata: Owned), Job(TooMany)),
        Row("failed, and its pod's end comes after", "KTR4001: container 'main' ended with exit code 9; Job has", Job("active: 1"), Pod("main=run", metadata: Owned), Job(TooMany), Pod("main=9", metadata: Owned)),
        Row("failed before any pod of it is seen", "runs: Job has reached the specified backoff limit (BackoffLimitExceeded); the end of its pod is waited for", Job("active: 1"), Job(TooMany)),
        Row("failed, and its pod is seen after", "KTR4001: container 'main' ended with exit code 9; Job has", Job("active: 1"), Job(TooMany), Pod("main=9", metadata: Owned, phase: "Failed")),
        Row("its deadline, and its pods are gone", "KTR4001: Job was active longer", Job("failed: 1, conditions: [{type: Failed, status: 'True', reason: DeadlineExceeded, message: Job was active longer than specified deadline}]")),
        Row("failed without a pod", "KTR4001: Job was active longer", Job("active: 0"), Job("conditions: [{type: Failed, status: 'True', reason: DeadlineExceeded, message: Job was active longer than specified deadline}]")),
        Row("failed and deleted before its pod is seen to have ended", "runs: Job has reached the specified backoff limit (BackoffLimitExceeded); the end of its pod is waited for", Job("active: 1"), Pod("main=run", metadata: Owned), Job(TooMany), Job(TooMany).Gone()),
        Row("failed and deleted, and its pod's end comes last", "KTR4001: container 'main' ended with exit code 9; Job has", Job("active: 1"), Pod("main=run", metadata: Owned), Job(TooMany), Job(TooMany).Gone(), Pod("main=9", metadata: Owned).Gone()),
        Row("failed, and its pod is being deleted", "KTR4001: Job has reached", Job("active: 1"), Pod("main=run", metadata: Owned + ", " + Dying), Job(TooMany)),
        Row("failed, and its pod is gone", "KTR4001: Job has reached", Job("active: 1"), Pod("main=run", metadata: Owned), Pod("main=run", metadata: Owned).Gone(), Job(TooMany)),
        Row("its deadline", "KTR4001: Job was active longer than specified deadline (DeadlineExceeded)",
            Job("active: 1"), Pod("main=run", metadata: Owned), Pod("main=137", metadata: Owned + ", " + Dying.Replace("40Z", "35Z", StringComparison.Ordinal)),
            Job("conditions: [{type: Failed, status: 'True', reason: DeadlineExceeded, message: Job was active longer than specified deadline}]")),
        Row("nothing to complete", "KTR4031: it is complete, and no pod of it has run", Job("conditions: [{type: Complete, status: 'True'}]", "completions: 0")),
        Row("its criteria are met, and nothing is counted yet", "runs: ", Job("active: 1"), Job("conditions: [{type: SuccessCriteriaMet, status: 'True'}]")),
        Row("its criteria are met, and its pod is to be counted", "passed", Job("active: 1"), Job("conditions: [{type: SuccessCriteriaMet, status: 'True'}], uncountedTerminatedPods: {succeeded: [x]}")),
        Row("its criteria are met, and then it is complete", "passed", Job("active: 1"), Job("conditions: [{type: SuccessCriteriaMet, status: 'True'}]"), Job("succeeded: 1, conditions: [{type: SuccessCriteriaMet, status: 'True'}, {type: Complete, status: 'True'}]")),
        Row("its criteria are met by nothing", "KTR4031: it is complete, and no pod", Job("", "completions: 0"), Job("conditions: [{type: SuccessCriteriaMet, status: 'True'}]", "completions: 0"), Job("conditions: [{type: SuccessCriteriaMet, status: 'True'}, {type: Complete, status: 'True'}]", "completions: 0")),
        Row("suspended", "runs: is suspended", Job("", "suspend: true")),
        Row("success criteria met, then deleted", "passed", Job("active: 2"), Pod("main=0", metadata: Owned), Job("succeeded: 1, conditions: [{type: SuccessCriteriaMet, status: 'True'}]"), Job("").Gone()),
        Row("an index has failed for good", "KTR4001: container 'main' ended with exit code 1; Job has failed indexes (FailedIndexes)", Job("active: 1", "backoffLimitPerIndex: 0"), Pod("main=1", phase: "Failed", metadata: Owned),
            Job("conditions: [{type: Failed, status: 'True', reason: FailedIndexes, message: Job has failed indexes}]")),
        Row("its policy for failures", "KTR4001: container 'main' ended with exit code 42; Container main failed with exit code 42 matching FailJob rule at index 0 (PodFailurePolicy)", Job("active: 1"), Pod("main=42", phase: "Failed", metadata: Owned),
            Job("conditions: [{type: Failed, status: 'True', reason: PodFailurePolicy, message: Container main failed with exit code 42 matching FailJob rule at index 0}]")),
        Row("OnFailure: the Job's limit counts, not ours", "runs: ", Job("active: 1", "backoffLimit: 6"), Pod("main=wait<1#4", "OnFailure", metadata: Owned)),
        Row("one container has failed, another runs on, and no try is left", "KTR4001: container 'main' ended with exit code 1; it failed once, and its backoffLimit is 0", Job("active: 1", "backoffLimit: 0"), Pod("main=1 side=run", metadata: Owned)),
        Row("one container has failed, another runs on, and tries are left", "runs: runs: 1 pod active, 0 failed, 0 of 1 succeeded; container 'main' ended with exit code 1, and no other try begins while", Job("active: 1", "backoffLimit: 1"), Pod("main=1 side=run", metadata: Owned)),
        Row("main", "a sidecar keeps it from ending", "passed", Job("active: 1", "completions: 1"), Pod("main=run side=run", metadata: Owned), Pod("main=0 side=run", metadata: Owned)),
        Row("main", "one pod of two is not enough", "runs: ", Job("active: 2", "completions: 2, parallelism: 2"), Pod("main=0 side=run", metadata: Owned)),
        Row("main", "both pods of two", "passed", Job("active: 2", "completions: 2, parallelism: 2"), Pod("main=0 side=run", metadata: Owned), Pod("main=0 side=run", metadata: Owned, name: "p2")),
        Row("main", "the second of two fails, and no try is left", "KTR4001: container 'main' ended with exit code 3; it failed once, and its backoffLimit is 0",
            Job("active: 2", "completions: 2, parallelism: 2, backoffLimit: 0"), Pod("main=0 side=run", metadata: Owned), Pod("main=3 side=run", metadata: Owned, name: "p2")),
        Row("main", "Indexed: the same index twice is one", "runs: ", Job("active: 2", "completions: 2, completionMode: Indexed"), Pod("main=0 side=run", metadata: $"{Owned}, {Index(0)}"), Pod("main=0 side=run", metadata: $"{Owned}, {Index(0)}", name: "p2")),
        Row("main", "Indexed: both", "passed", Job("active: 2", "completions: 2, completionMode: Indexed"), Pod("main=0 side=run", metadata: $"{Owned}, {Index(0)}"), Pod("main=0 side=run", metadata: $"{Owned}, {Index(1)}", name: "p2")),
        Row("main", "Indexed: the second index fails", "KTR4001: container 'main' ended with exit code 1; index 1 failed once, and its backoffLimitPerIndex is 0", Job("active: 2", "completions: 2, completionMode: Indexed, backoffLimitPerIndex: 0"),
            Pod("main=0 side=run", metadata: $"{Owned}, {Index(0)}"), Pod("main=1 side=run", metadata: $"{Owned}, {Index(1)}", name: "p2")),
        Row("main", "the first try fails and more are left", "runs: ", Job("active: 1, failed: 1", "backoffLimit: 2"), Pod("main=1 side=0", phase: "Failed", metadata: Owned)),
        Row("main", "the second try passes", "passed", Job("active: 1, failed: 1", "backoffLimit: 2, completions: 1"), Pod("main=1 side=0", phase: "Failed", metadata: Owned), Pod("main=0 side=run", metadata: Owned, name: "p2")),
        Row("main", "ignored by its policy", "runs: ", Job("active: 1", "backoffLimit: 0, podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [7]}}]}"), Pod("main=7 side=run", metadata: Owned)),
        Row("main", "final by its policy", "KTR4001: container 'main' ended with exit code 7; its podFailurePolicy says FailJob", Job("active: 1", "backoffLimit: 5, podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: main, operator: In, values: [7]}}]}"), Pod("main=7 side=run", metadata: Owned)),
        Row("main", "its policy is about other codes", "runs: ", Job("active: 1", "backoffLimit: 5, podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: NotIn, values: [7]}}]}"), Pod("main=7 side=run", metadata: Owned)),
        Row("main", "a pod that was taken away does not count", "runs: ", Job("active: 1", "completions: 1, backoffLimit: 0"), Pod("main=run side=run", metadata: Owned), Pod("main=run side=run", metadata: Owned).Gone()),
        Row("main", "a queue of work is done with the first success once nobody works", "passed", Job("active: 2", "parallelism: 2"), Pod("main=run side=run", metadata: Owned, name: "p2"), Pod("main=0 side=run", metadata: Owned), Pod("main=0 side=run", metadata: Owned, name: "p2")),
        Row("main", "its sidecar fails it after the test has passed", "passed", Job("active: 1", "completions: 1"), Pod("main=run side=1", metadata: Owned), Job(TooMany), Pod("main=0 side=1", phase: "Failed", metadata: Owned)),
    ];

    public static IEnumerable<object[]> Others =>
    [
        Kind("Deployment", "its pod exits 0", "passed", Workload("Deployment", "replicas: 1", Seen1), Pod("main=0", "Always")),
        Kind("Deployment", "one of two", "runs: 1 of 2 pods exist", Workload("Deployment", "replicas: 2", Seen1), Pod("main=0", "Always")),
        Kind("Deployment", "both of two", "passed", Workload("Deployment", "replicas: 2", Seen1), Pod("main=0", "Always"), Pod("main=0", "Always", name: "p2")),
        Kind("Deployment", "one of two fails", "KTR4001: container 'main' ended with exit code 2", Workload("Deployment", "replicas: 2", Seen1), Pod("main=0", "Always"), Pod("main=2", "Always", name: "p2")),
        Kind("Deployment", "a pod was replaced before it ended", "passed", Workload("Deployment", "replicas: 1", Seen1), Pod("main=run", "Always"), Pod("main=run", "Always").Gone(), Pod("main=0", "Always", name: "p2")),
        Kind("Deployment", "a pod was replaced while its init containers ran", "passed", Workload("Deployment", "replicas: 1", Seen1), Pod("main=new", "Always", "Pending"),
            Pod("main=new", "Always", "Pending", Dying), Pod("main=new", "Always", "Failed", Dying, status: "initContainerStatuses: [{name: i, state: {terminated: {exitCode: 137}}}]"), Pod("main=0", "Always", name: "p2")),
        Kind("Deployment", "a pod failed by itself before its deletion was asked for", "KTR4001: init container 'i' ended with exit code 2", Workload("Deployment", "replicas: 1", Seen1),
            Pod("main=new", "Always", "Failed", Dying, status: "initContainerStatuses: [{name: i, state: {terminated: {exitCode: 2, finishedAt: '2026-01-01T00:00:02Z'}}}]")),
        Kind("Deployment", "a pod was replaced, and the node's clock is behind", "passed", Workload("Deployment", "replicas: 1", Seen1), Pod("main=run", "Always"), Pod("main=143", "Always", metadata: Dying), Pod("main=0", "Always", name: "p2")),
        Kind("Deployment", "a pod had too little memory before its deletion was asked for", "KTR4001: container 'main' ended with exit code 137", Workload("Deployment", "replicas: 1", Seen1), Pod("main=run", "Always"), Pod("main=137", "Always"), Pod("main=137", "Always", metadata: Dying)),
        Kind("Deployment", "a pod that has passed counts although it is gone", "passed", Workload("Deployment", "replicas: 2", Seen1), Pod("main=0", "Always"), Pod("main=0", "Always").Gone(), Pod("main=0", "Always", name: "p2")),
        Kind("Deployment", "no pod was ever there", "runs: 0 of 1 pods exist", Workload("Deployment", "replicas: 1", Seen1)),
        Kind("Deployment", "no pod is wanted", "KTR4031: it wants no pod (spec.replicas is 0)", Workload("Deployment", "replicas: 0", ""), Workload("Deployment", "replicas: 0", Seen1)),
        Kind("StatefulSet", "no pod is wanted", "KTR4031: it wants no pod", Workload("StatefulSet", "replicas: 0", Seen1)),
        Kind("ReplicaSet", "no pod is wanted", "KTR4031: it wants no pod", Workload("ReplicaSet", "replicas: 0", Seen1)),
        Kind("DaemonSet", "no node takes it", "KTR4031: no node of the cluster takes a pod of it", Workload("DaemonSet", "", Seen1 + "desiredNumberScheduled: 0")),
        Kind("DaemonSet", "both nodes", "passed", Workload("DaemonSet", "", Seen1 + "desiredNumberScheduled: 2"), Pod("main=0", "Always"), Pod("main=0", "Always", name: "p2")),
        Kind("DaemonSet", "one node of two", "runs: 1 of 2 pods exist", Workload("DaemonSet", "", Seen1 + "desiredNumberScheduled: 2"), Pod("main=0", "Always")),
        Kind("Deployment", "deleted", "KTR4030: last seen: 0 of 1 pods exist", Workload("Deployment", "replicas: 1", Seen1).Gone()),
        Kind("CronJob", "no job yet", "runs: its schedule has started no job yet", Workload("CronJob", "", "")),
        Kind("CronJob", "suspended", "runs: is suspended", Workload("CronJob", "suspend: true", "")),
        Kind("CronJob", "its first job completes", "passed", Workload("CronJob", "", "", "c"), Job("active: 1"), Job(Complete)),
        Kind("CronJob", "its first job fails, with its pod's reason", "KTR4001: container 'main' ended with exit code 8; Job has", Workload("CronJob", "", "", "c"), Job("active: 1"), Pod("main=8", metadata: Owned, phase: "Failed"), Job(TooMany)),
        Kind("CronJob", "a job is replaced before it ends", "passed", Workload("CronJob", "", "", "c"), Job("active: 1"), Job("active: 1").Gone(), Job("active: 1", name: "o2"), Job(Complete, name: "o2")),
        Kind("CronJob", "a job that has ended is cleared away", "passed", Workload("CronJob", "", "", "c"), Job(Complete), Job(Complete).Gone()),
    ];

    public static IEnumerable<object[]> Readinesses =>
    [
        Kind("Pod", "becomes ready", "passed", Pod("main=run", status: NotReady), Pod("main=run", status: Ready)),
        Kind("Pod", "is not ready yet", "runs: Running", Pod("main=run", status: NotReady)),
        Kind("Pod", "ends with success, without a probe", "passed", Pod("main=run", status: NotReady), Pod("main=0", phase: "Succeeded")),
        Kind("Pod", "one container of two has ended with success, without a probe", "runs: Running", Pod("main=0 side=run")),
        Kind("Pod", "one container of two has ended with success, without a probe, and the other runs on", "passed", Pod("main=0 side=run!")),
        Kind("Pod", "one container of two has ended with an error, without a probe", "KTR4001: container 'main' ended with exit code 1", Pod("main=1 side=run!")),
        Kind("Pod", "ends with success and was never ready", "KTR4001: container 'main' ended with exit code 0, and the pod was never seen to be ready", Pod("main=run", spec: Probe, status: NotReady), Pod("main=0", phase: "Succeeded", spec: Probe, status: NotReady)),
        Kind("Pod", "was ready and ends with success", "passed", Pod("main=run", spec: Probe, status: NotReady), Pod("main=run", spec: Probe, status: Ready), Pod("main=0", phase: "Succeeded", spec: Probe, status: NotReady)),
        Kind("Pod", "was ready before anybody looked, as the time of its condition says", "passed", Pod("main=0", phase: "Succeeded", spec: Probe, status: "conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-01-01T00:00:07Z'}]")),
        Kind("Pod", "was not ready before anybody looked, as the time of its condition says", "KTR4001: container 'main' ended with exit code 0, and the pod was never", Pod("main=0", phase: "Succeeded", spec: Probe, status: "conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z'}]")),
        Kind("Pod", "waits for a gate of readiness and ends", "KTR4001: container 'main' ended with exit code 0, and the pod was never", Pod("main=0", phase: "Succeeded", spec: "readinessGates: [{conditionType: x/y}]", status: NotReady)),
        Kind("Pod", "its container is never restarted, its pod would be, and it was never ready", "KTR4001: container 'main' ended with exit code 0, and the pod was never seen", Pod("main=run", "Always", spec: OwnProbe, status: NotReady), Pod("main=0", "Always", spec: OwnProbe, status: NotReady)),
        Kind("Pod", "ends with an error", "KTR4001: container 'main' ended with exit code 6", Pod("main=run"), Pod("main=6", phase: "Failed")),
        Kind("Pod", "starts anew (Always) until it is ready", "passed", Pod("main=run<0", "Always", spec: Probe, status: NotReady), Pod("main=run<0", "Always", spec: Probe, status: Ready)),
        Kind("Pod", "deleted before it was ready", "KTR4030: last seen: Running", Pod("main=run", spec: Probe, status: NotReady).Gone()),
        Kind("Deployment", "becomes available", "passed", Workload("Deployment", "replicas: 1", ""), Workload("Deployment", "replicas: 1", Seen1 + "updatedReplicas: 1, replicas: 1, availableReplicas: 1")),
        Kind("Deployment", "no pod is wanted", "KTR4031: it wants no pod", Workload("Deployment", "replicas: 0", Seen1)),
        Kind("StatefulSet", "no pod is wanted", "KTR4031: it wants no pod", Workload("StatefulSet", "replicas: 0", Seen1)),
        Kind("ReplicaSet", "no pod is wanted", "KTR4031: it wants no pod", Workload("ReplicaSet", "replicas: 0", Seen1)),
        Kind("DaemonSet", "no node takes it", "KTR4031: no node of the cluster", Workload("DaemonSet", "", Seen1 + "desiredNumberScheduled: 0")),
        Kind("Deployment", "is too slow", "KTR4001: Progressing is False (ProgressDeadlineExceeded)", Workload("Deployment", "replicas: 1", Seen1 + "conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]")),
        Kind("Job", "its pod becomes ready", "passed", Job("active: 1"), Pod("main=run", spec: Probe, status: Ready)),
        Kind("Job", "its pod was never ready", "KTR4001: container 'main' ended with exit code 0, and the pod was never", Job("active: 1"), Pod("main=0", phase: "Succeeded", spec: Probe, status: NotReady), Job(Complete)),
        Kind("Job", "is complete without a pod", "KTR4031: it is complete, and no pod of it was seen to be ready", Job("conditions: [{type: Complete, status: 'True'}]")),
        Kind("Job", "is complete before any pod of it is seen", "runs: it is complete; the end of its pod is waited for", Job("active: 1"), Job(Complete)),
        Kind("Job", "is complete, and its pod is seen after", "passed", Job("active: 1"), Job(Complete), Pod("main=0", metadata: Owned, phase: "Succeeded")),
        Kind("Job", "is complete before its pod is seen to have ended", "runs: it is complete; the end of its pod is waited for", Job("active: 1"), Pod("main=run", metadata: Owned), Job(Complete)),
        Kind("Job", "is complete, and the end of its pod comes after", "passed", Job("active: 1"), Pod("main=run", metadata: Owned), Job(Complete), Pod("main=0", metadata: Owned, phase: "Succeeded")),
        Kind("Job", "its first pod failed, and its second is seen after it is complete", "passed", Job("active: 1"), Pod("main=1", metadata: Owned, phase: "Failed"), Job(Complete), Pod("main=0", metadata: Owned, phase: "Succeeded", name: "q")),
        Kind("Job", "is complete and deleted before the end of its pod is seen", "passed", Job("active: 1"), Pod("main=run", metadata: Owned), Job(Complete), Job(Complete).Gone(), Pod("main=0", metadata: Owned, phase: "Succeeded")),
        Kind("CronJob", "has started nothing", "runs: its schedule has started no pod yet", Workload("CronJob", "", "")),
    ];
}
