using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>A pod's status, from what is known of it. Pure.</summary>
internal sealed record PodStatus(PodDefinition Pod, IReadOnlyList<ContainerSnapshot> Containers)
{
    public required string StartTime { get; init; }
    public required string NodeAddress { get; init; }
    /// <summary>"" before it has a network.</summary>
    public string Address { get; init; } = "";
    /// <summary>null for what the containers say.</summary>
    public string? Phase { get; init; }
    public string Reason { get; init; } = "";
    public string Message { get; init; } = "";

    /// <summary>A pod that was ended has failed, also where its containers answer the signal by ending with 0.</summary>
    public string PhaseNow => Phase ?? (PodPhase.Of(Pod.RestartPolicy, Containers) is var phase && phase == "Succeeded" && Reason.Length > 0 ? "Failed" : phase);

    /// <param name="before">The status so far: conditions that have not changed keep their time, those of others stay.</param>
    public JsonObject ToJson(KubernetesObject before, string now)
    {
        var phase = PhaseNow;
        var status = new JsonObject { ["phase"] = phase };
        if (Message.Length > 0)
            status["message"] = Message;
        if (Reason.Length > 0)
            status["reason"] = Reason;
        status["conditions"] = Conditions(phase, before, now);
        status["hostIP"] = NodeAddress;
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = NodeAddress });
        if (Address.Length > 0)
        {
            status["podIP"] = Address;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = Address });
        }
        status["startTime"] = StartTime;
        if (Pod.Init.Count > 0)
            status["initContainerStatuses"] = Statuses(Containers.Where(each => each.Definition.Role != ContainerRole.Main));
        status["containerStatuses"] = Statuses(Containers.Where(each => each.Definition.Role == ContainerRole.Main).OrderBy(each => each.Definition.Name, StringComparer.Ordinal));
        status["qosClass"] = PodResources.QosClass(Pod.View);
        return status;
    }

    private static JsonArray Statuses(IEnumerable<ContainerSnapshot> containers) => [.. containers.Select(each => each.ToJson())];

    private JsonArray Conditions(string phase, KubernetesObject before, string now)
    {
        var containersReady = ContainersReady(phase);
        List<PodCondition> conditions =
        [
            new("PodReadyToStartContainers", Address.Length > 0 && phase is not ("Succeeded" or "Failed")),
            Initialized(phase),
            Ready(containersReady, before),
            containersReady,
            new("PodScheduled", true),
        ];
        var own = conditions.Select(condition => condition.Type).ToHashSet(StringComparer.Ordinal);
        var others = before.Items("status", "conditions").Where(condition => !own.Contains(condition["type"]?.ToString() ?? "")).Select(condition => condition.DeepClone());
        return [.. conditions.Select(condition => condition.ToJson(before.Condition(condition.Type), now)), .. others];
    }

    private PodCondition Initialized(string phase)
    {
        if (phase == "Succeeded")
            return new("Initialized", true, "PodCompleted");
        var incomplete = Containers.Where(each => each.Definition.Role != ContainerRole.Main && !IsInitialized(each)).Select(each => each.Definition.Name).ToList();
        return incomplete.Count == 0 || HasWorked
            ? new("Initialized", true)
            : new("Initialized", false, "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', incomplete)}]");
    }

    /// <summary>Once the main containers are started, the init containers have done their part, whatever becomes of the sidecars.</summary>
    private bool HasWorked => Containers.Any(each => each.Definition.Role == ContainerRole.Main && (each.State is not ContainerState.Waiting || each.Last is not null));

    private static bool IsInitialized(ContainerSnapshot each) => each.Definition.Role == ContainerRole.Sidecar ? each.Started : each.Ready;

    private PodCondition ContainersReady(string phase)
    {
        if (phase is "Succeeded" or "Failed")
            return new("ContainersReady", false, phase == "Succeeded" ? "PodCompleted" : "PodFailed");
        var unready = Containers.Where(each => each.Definition.Role != ContainerRole.Init && !each.Ready).OrderBy(each => each.Definition.Role).Select(each => each.Definition.Name).ToList();
        return unready.Count == 0
            ? new("ContainersReady", true)
            : new("ContainersReady", false, "ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]");
    }

    private PodCondition Ready(PodCondition containersReady, KubernetesObject before)
    {
        if (!containersReady.Status)
            return containersReady with { Type = "Ready" };
        var missing = Pod.View.Items("spec", "readinessGates").Select(gate => gate["conditionType"]?.ToString() ?? "")
            .Where(type => before.Condition(type)?["status"]?.ToString() != "True").ToList();
        return missing.Count == 0
            ? new("Ready", true)
            : new("Ready", false, "ReadinessGatesNotReady", string.Join(", ", missing.Select(type => before.Condition(type) is null ? $"corresponding condition of pod readiness gate \"{type}\" does not exist." : $"the status of pod readiness gate \"{type}\" is not \"True\", but {before.Condition(type)?["status"]}")));
    }
}

/// <summary>One condition of a pod's status.</summary>
internal sealed record PodCondition(string Type, bool Status, string Reason = "", string Message = "")
{
    /// <param name="before">The same condition so far: while its status stays, so does its time.</param>
    public JsonObject ToJson(JsonObject? before, string now)
    {
        var status = Status ? "True" : "False";
        var json = new JsonObject
        {
            ["type"] = Type,
            ["status"] = status,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = before?["status"]?.ToString() == status && before["lastTransitionTime"] is { } since ? since.DeepClone() : now,
        };
        if (Reason.Length > 0)
            json["reason"] = Reason;
        if (Message.Length > 0)
            json["message"] = Message;
        return json;
    }
}
