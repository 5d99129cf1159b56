using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Logs;

/// <summary>Where there is no log, the answer is what Kubernetes answers, word for word.</summary>
[TestClass]
public sealed class LogRefusals
{
    [TestMethod]
    [DataRow("""[{"name": "a", "state": {"waiting": {"reason": "ContainerCreating"}}}]""", "a", """container "a" in pod "p" is waiting to start: ContainerCreating""")]
    [DataRow("""[{"name": "a", "state": {"waiting": {"reason": "ErrImagePull"}}}]""", "a", """container "a" in pod "p" is waiting to start: trying and failing to pull image""")]
    [DataRow("""[{"name": "a", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]""", "a", """container "a" in pod "p" is waiting to start: image can't be pulled""")]
    [DataRow("[]", "a", """container "a" in pod "p" is not available""")]
    [DataRow("[]", "x", "container x is not valid for pod p")]
    [DataRow("[]", null, "a container name must be specified for pod p, choose one of: [i a b]")]
    public async Task AWaitingOrUnknownContainerHasNone(string statuses, string? container, string message)
    {
        var refusal = await RefusalAsync(statuses, new(container));

        Assert.AreEqual((400, "BadRequest", message), (refusal.Code, refusal.Reason, refusal.Message));
    }

    [TestMethod]
    public async Task AContainerThatNeverRestartedHasNoPreviousOne()
    {
        var refusal = await RefusalAsync("""[{"name": "a", "state": {"running": {}}, "lastState": {}}]""", new("a") { Previous = true });

        Assert.AreEqual("""previous terminated container "a" in pod "p" not found""", refusal.Message);
    }

    [TestMethod]
    public async Task OptionsThatMakeNoSenseAreInvalid()
    {
        var negative = await RefusalAsync("[]", new("a") { TailLines = -5 });
        var both = await RefusalAsync("[]", new("a") { SinceSeconds = 1, SinceTime = DateTimeOffset.UtcNow });

        Assert.AreEqual((422, """PodLogOptions "p" is invalid: tailLines: Invalid value: -5: must be greater than or equal to 0"""), (negative.Code, negative.Message));
        Assert.AreEqual("PodLogOptions \"p\" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified", both.Message);
    }

    [TestMethod]
    public async Task APodWithoutANodeHasAnEmptyLog()
    {
        using var output = new MemoryStream();

        await new PodLogs(TimeProvider.System).ReadAsync(Pod("[]", node: ""), new("a"), output, CancellationToken.None);

        Assert.AreEqual(0, output.Length);
    }

    private static Task<StatusException> RefusalAsync(string statuses, PodLogRequest request) =>
        Assert.ThrowsExactlyAsync<StatusException>(() => new PodLogs(TimeProvider.System).ReadAsync(Pod(statuses, "kontrakt"), request, Stream.Null, CancellationToken.None));

    private static StoredObject Pod(string statuses, string node)
    {
        var json = JsonNode.Parse($$$"""
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "ns"},
             "spec": {"nodeName": "{{{node}}}", "initContainers": [{"name": "i"}], "containers": [{"name": "a"}, {"name": "b"}]},
             "status": {"containerStatuses": {{{statuses}}}}}
            """);
        return new ObjectStore().Add(new(Kinds.Pod, "ns", "p"), () => json!.AsObject());
    }
}
