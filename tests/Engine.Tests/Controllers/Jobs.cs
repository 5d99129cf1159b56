using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>A job runs its pods until enough have succeeded, or it has failed, and counts each end once.</summary>
[TestClass]
public sealed class Jobs
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task IsCompleteWhenEnoughHaveSucceeded()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Succeeded");

        cluster.Create(Yaml("completions: 3, parallelism: 2"));

        var job = (await UntilAsync(cluster, "Complete")).View;
        Assert.AreEqual("3", job.Text("status", "succeeded"));
        Assert.AreNotEqual("", job.Text("status", "startTime"));
        Assert.AreNotEqual("", job.Text("status", "completionTime"));
        Assert.IsNull(job.At("status", "active"));
        await cluster.UntilAsync(() => Said(cluster).Contains("Normal Completed Job completed"));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).All(pod => pod.View.At("metadata", "finalizers") is null));
        Assert.AreEqual(3, cluster.All(Kinds.Pod).Count);
        Assert.IsTrue(cluster.All(Kinds.Pod).All(pod => pod.View.Labels["job-name"] == "work" && pod.View.Labels["batch.kubernetes.io/job-name"] == "work"
            && pod.View.Labels["controller-uid"] == job.Uid && pod.View.Labels["batch.kubernetes.io/controller-uid"] == job.Uid));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task FailsAfterItsLimitWithLongerAndLongerPauses()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Failed");

        cluster.Create(Yaml("backoffLimit: 2"));
        foreach (var (failed, pause) in new[] { (1, 10), (2, 20) })
        {
            await cluster.UntilAsync(Key(cluster), item => Number(item, "failed") == failed);
            cluster.Time.Advance(TimeSpan.FromSeconds(pause - 1));
            Assert.AreEqual(failed, cluster.All(Kinds.Pod).Count);
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var job = (await UntilAsync(cluster, "Failed")).View;
        Assert.AreEqual("BackoffLimitExceeded Job has reached the specified backoff limit", Reason(job));
        Assert.AreEqual("3", job.Text("status", "failed"));
        await cluster.UntilAsync(() => Said(cluster).Contains("Warning BackoffLimitExceeded Job has reached the specified backoff limit"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task EndsItsPodsWhenItHasTakenTooLong()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Yaml("activeDeadlineSeconds: 30"));
        await cluster.UntilAsync(Key(cluster), item => Number(item, "ready") == 1);

        cluster.Time.Advance(TimeSpan.FromSeconds(30));

        var job = (await UntilAsync(cluster, "Failed")).View;
        Assert.AreEqual("DeadlineExceeded Job was active longer than specified deadline", Reason(job));
        Assert.AreEqual("1", job.Text("status", "failed"));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 0);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task APodThatIsDeletedAfterItsEndStaysCounted()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml("completions: 2, parallelism: 1"));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 1);
        var first = cluster.All(Kinds.Pod).Single().Key;

        PodScript.Set(cluster, first, "Succeeded");
        cluster.Objects.Delete(first, new());
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Any(pod => pod.Key != first));
        await cluster.UntilGoneAsync(first);
        PodScript.Set(cluster, cluster.All(Kinds.Pod).Single().Key, "Succeeded");

        Assert.AreEqual("2", (await UntilAsync(cluster, "Complete")).View.Text("status", "succeeded"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task IndexedPodsEachHaveTheirNumber()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml("completions: 3, parallelism: 3, completionMode: Indexed"));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 3);
        var pods = cluster.All(Kinds.Pod).OrderBy(pod => pod.Key.Name, StringComparer.Ordinal).ToList();

        CollectionAssert.AreEqual(new[] { "work-0", "work-1", "work-2" }, pods.Select(pod => pod.View.Text("spec", "hostname")).ToArray());
        StringAssert.StartsWith(pods[1].Key.Name, "work-1-");
        Assert.AreEqual("JOB_COMPLETION_INDEX", pods[1].View.Text("spec", "containers", 0, "env", 0, "name"));
        PodScript.Set(cluster, pods[0].Key, "Succeeded");
        PodScript.Set(cluster, pods[2].Key, "Succeeded");
        await cluster.UntilAsync(Key(cluster), item => item.Text("status", "completedIndexes") == "0,2");
        PodScript.Set(cluster, pods[1].Key, "Failed");
        await cluster.UntilAsync(Key(cluster), item => Number(item, "failed") == 1);
        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 4);
        PodScript.Set(cluster, cluster.All(Kinds.Pod).Single(pod => pod.View.Text("status", "phase") == "Pending").Key, "Succeeded");

        Assert.AreEqual("0-2", (await UntilAsync(cluster, "Complete")).View.Text("status", "completedIndexes"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ASuspendedOneHasNoPodsUntilItGoesOn()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Ready");
        cluster.Create(Yaml("activeDeadlineSeconds: 30"));
        await cluster.UntilAsync(Key(cluster), item => Number(item, "active") == 1);

        cluster.UpdateSpec(Key(cluster), "suspend: true");
        var suspended = await cluster.UntilAsync(Key(cluster), item => item.Condition("Suspended")?["status"]?.ToString() == "True" && Number(item, "active") == 0);
        Assert.AreEqual("", suspended.View.Text("status", "startTime"));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 0);
        cluster.Time.Advance(TimeSpan.FromMinutes(5));
        cluster.UpdateSpec(Key(cluster), "suspend: false");

        var again = await cluster.UntilAsync(Key(cluster), item => Number(item, "active") == 1);
        Assert.AreEqual("Job resumed", again.View.Condition("Suspended")!["message"]!.ToString());
        Assert.AreEqual(0, Number(again.View, "failed"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task GoesWhenItsTimeAfterTheEndIsOver()
    {
        await using var cluster = new RunningControllers();
        await using var node = new PodScript(cluster, _ => "Succeeded");
        cluster.Create(Yaml("ttlSecondsAfterFinished: 60"));
        await UntilAsync(cluster, "Complete");

        cluster.Time.Advance(TimeSpan.FromSeconds(60));

        await cluster.UntilAsync(() => cluster.Store.Find(Key(cluster)) is not { IsBeingDeleted: false });
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task RestartsOfContainersCountWhereTheNodeRestartsThem()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml("backoffLimit: 3", policy: "OnFailure"));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 1);

        cluster.Objects.UpdateStatus(cluster.All(Kinds.Pod).Single().Key, item => item["status"] = RunningControllers.Parse("{phase: Running, containerStatuses: [{name: c, restartCount: 3}]}"));

        Assert.AreEqual("BackoffLimitExceeded Job has reached the specified backoff limit", Reason((await UntilAsync(cluster, "Failed")).View));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ThePolicyOfFailuresDecides()
    {
        await using var cluster = new RunningControllers();
        cluster.Create(Yaml("backoffLimit: 0, podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [7]}}, {action: FailJob, onExitCodes: {containerName: c, operator: In, values: [42]}}]}"));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 1);

        PodScript.Set(cluster, cluster.All(Kinds.Pod).Single().Key, "Failed", exitCode: 7);
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).All(pod => pod.View.At("metadata", "finalizers") is null));
        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        await cluster.UntilAsync(() => cluster.All(Kinds.Pod).Count == 2);
        var second = cluster.All(Kinds.Pod).Single(pod => pod.View.Text("status", "phase") == "Pending").Key;
        PodScript.Set(cluster, second, "Failed", exitCode: 42);

        Assert.AreEqual($"PodFailurePolicy Container c for pod ns/{second.Name} failed with exit code 42 matching FailJob rule at index 1", Reason((await UntilAsync(cluster, "Failed")).View));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatIsNotRunIsRefusedWithTheWayOut()
    {
        await using var cluster = new RunningControllers();

        var refused = Assert.ThrowsExactly<StatusException>(() => cluster.Create(Yaml("completions: 2, completionMode: Indexed, backoffLimitPerIndex: 1")));

        StringAssert.Contains(refused.Message, "KontraktKubeContext");
    }

    private static Task<StoredObject> UntilAsync(RunningControllers cluster, string condition) =>
        cluster.UntilAsync(Key(cluster), item => item.Condition(condition)?["status"]?.ToString() == "True");

    private static string Reason(KubernetesObject job) => $"{job.Condition("Failed")?["reason"]} {job.Condition("Failed")?["message"]}";

    private static string[] Said(RunningControllers cluster) => [.. cluster.EventsAbout("work").Select(item => $"{item.Text("type")} {item.Text("reason")} {item.Text("message")}")];

    private static long Number(KubernetesObject item, string field) => KubernetesObject.Number(item.At("status", field));

    private static ObjectKey Key(RunningControllers cluster) => cluster.Key(Kinds.Job, "work");

    private static string Yaml(string spec, string policy = "Never") => $$$"""
        apiVersion: batch/v1
        kind: Job
        metadata: {name: work}
        spec: {template: {spec: {restartPolicy: {{{policy}}}, containers: [{name: c, image: one}]}}, {{{spec}}}}
        """;
}
