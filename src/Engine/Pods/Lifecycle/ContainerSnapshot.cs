using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>All that a pod's status says of one container.</summary>
internal sealed record ContainerSnapshot(ContainerDefinition Definition, ContainerState State)
{
    /// <summary>How it ended before it was started again; null for never.</summary>
    public ContainerState.Terminated? Last { get; init; }
    public int RestartCount { get; init; }
    public bool Ready { get; init; }
    /// <summary>It runs, and its startup probe, if any, has succeeded.</summary>
    public bool Started { get; init; }
    public string ImageId { get; init; } = "";
    public string ContainerId { get; init; } = "";

    public bool IsRunning => State is ContainerState.Running;

    public ContainerSnapshot Waits(string reason, string message) => this with { State = new ContainerState.Waiting(reason, message), Last = State as ContainerState.Terminated ?? Last };

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Definition.Name,
            ["state"] = State.ToJson(),
            ["lastState"] = Last?.ToJson() ?? [],
            ["ready"] = Ready,
            ["restartCount"] = RestartCount,
            ["image"] = Definition.Image,
            ["imageID"] = ImageId,
        };
        if (ContainerId.Length > 0)
            json["containerID"] = ContainerId;
        json["started"] = Started;
        return json;
    }
}
