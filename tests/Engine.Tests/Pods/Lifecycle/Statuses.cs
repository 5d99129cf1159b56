using Kontrakt.Engine.Pods.Lifecycle;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Pods.Lifecycle;

/// <summary>A pod's status is what the kubelet would say of the same containers.</summary>
[TestClass]
public sealed class Statuses
{
    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [TestMethod]
    [DataRow("Always", "w", "Pending")]
    [DataRow("Always", "r", "Running")]
    [DataRow("Always", "r w", "Pending")]
    [DataRow("Always", "0", "Running")]
    [DataRow("Always", "b", "Running")]
    [DataRow("OnFailure", "0 0", "Succeeded")]
    [DataRow("OnFailure", "1", "Running")]
    [DataRow("OnFailure", "b", "Running")]
    [DataRow("Never", "0 0", "Succeeded")]
    [DataRow("Never", "0 1", "Failed")]
    [DataRow("Never", "0 r", "Running")]
    [DataRow("Never", "i:w w", "Pending")]
    [DataRow("Never", "i:r w", "Pending")]
    [DataRow("Never", "i:1 w", "Failed")]
    [DataRow("Always", "i:b w", "Pending")]
    [DataRow("Never", "i:0 0", "Succeeded")]
    [DataRow("Never", "s:r 0", "Running")]
    [DataRow("Never", "s:0 0", "Succeeded")]
    [DataRow("Never", "s:1 0", "Succeeded")]
    [DataRow("Never", "s:w w", "Pending")]
    public void ThePhaseFollowsFromTheContainers(string policy, string containers, string phase)
    {
        Assert.AreEqual(phase, PodPhase.Of(policy, Containers(containers)));
    }

    [TestMethod]
    [DataRow("r!", "True", null, null)]
    [DataRow("r r!", "False", "ContainersNotReady", "containers with unready status: [c0]")]
    [DataRow("i:r w w", "False", "ContainersNotReady", "containers with unready status: [c1 c2]")]
    [DataRow("0", "False", "PodCompleted", null)]
    [DataRow("1", "False", "PodFailed", null)]
    public void ReadySaysWhatIsNot(string containers, string status, string? reason, string? message)
    {
        var ready = Status(containers).Condition("Ready")!;

        Assert.AreEqual((status, reason, message), (ready["status"]?.ToString(), ready["reason"]?.ToString(), ready["message"]?.ToString()));
    }

    [TestMethod]
    public void InitializedNamesTheContainersThatAreNotThrough()
    {
        var initialized = Status("i:0! i:r w").Condition("Initialized")!;

        Assert.AreEqual(("False", "ContainersNotInitialized", "containers with incomplete status: [c1]"), (initialized["status"]?.ToString(), initialized["reason"]?.ToString(), initialized["message"]?.ToString()));
    }

    [TestMethod]
    public void AConditionThatStaysKeepsItsTimeAndThoseOfOthersStay()
    {
        var before = Status("r!");
        before.Json["status"]!["conditions"]!.AsArray().Add(PodJson.Parse("""{"type": "mine", "status": "True"}"""));

        var after = Status("r", before, "2026-02-02T00:00:00Z");

        Assert.AreEqual("2026-01-01T00:00:00Z", after.Condition("Initialized")!["lastTransitionTime"]!.ToString());
        Assert.AreEqual("2026-02-02T00:00:00Z", after.Condition("Ready")!["lastTransitionTime"]!.ToString());
        Assert.IsNotNull(after.Condition("mine"));
    }

    [TestMethod]
    public void RestartsWaitTwiceAsLongEachTimeAndBeginAnewAfterTenMinutes()
    {
        var backoff = new RestartBackoff();

        var delays = Enumerable.Range(0, 8).Select(_ => RestartBackoff.Text(backoff.Next(TimeSpan.FromSeconds(1)))).ToArray();

        CollectionAssert.AreEqual(new[] { "0s", "10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s" }, delays);
        Assert.AreEqual(TimeSpan.Zero, backoff.Next(TimeSpan.FromMinutes(10)));
    }

    [TestMethod]
    [DataRow(null, 15)]
    [DataRow("SIGQUIT", 3)]
    [DataRow("int", 2)]
    [DataRow("10", 10)]
    [DataRow("SIGRTMIN+3", 37)]
    [DataRow("RTMAX-1", 63)]
    [DataRow("nonsense", 15)]
    [DataRow("999", 15)]
    public void AnImagesStopSignalIsUnderstood(string? text, int signal)
    {
        Assert.AreEqual(signal, StopSignals.Parse(text));
    }

    private static KubernetesObject Status(string containers, KubernetesObject? before = null, string now = "2026-01-01T00:00:00Z")
    {
        var status = new PodStatus(PodJson.Define("""{"restartPolicy": "Never", "containers": []}"""), Containers(containers)) { StartTime = now, NodeAddress = "10.0.0.1" };
        return new(new() { ["status"] = status.ToJson(before ?? new([]), now) });
    }

    /// <summary>i: init, s: sidecar; w waits, b waits to be restarted, r runs, a digit is its exit code; ! ready.</summary>
    private static List<ContainerSnapshot> Containers(string text) => [.. text.Split(' ').Select((each, index) =>
    {
        var role = each[0] switch { 'i' => ContainerRole.Init, 's' => ContainerRole.Sidecar, _ => ContainerRole.Main };
        var state = each.TrimEnd('!')[^1];
        var end = new ContainerState.Terminated(state == '1' ? 1 : 0, "", "", Time, Time, "");
        return new ContainerSnapshot(new(PodJson.Parse($$"""{"name": "c{{index}}"}"""), role), state switch
        {
            'r' => new ContainerState.Running(Time),
            'w' or 'b' => new ContainerState.Waiting("ContainerCreating"),
            _ => end,
        })
        { Last = state == 'b' ? end : null, Ready = each.EndsWith('!'), Started = state == 'r' };
    })];
}
