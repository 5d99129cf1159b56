using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Schema.Defaults;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Schema;

/// <summary>Fills in what the API promises of a field that is left out. Filling in again changes nothing.</summary>
public static class Defaulting
{
    private static readonly Dictionary<ResourceKind, Action<JsonObject>> Defaults = new()
    {
        [Kinds.Pod] = PodDefaults.Pod,
        [Kinds.Deployment] = WorkloadDefaults.Deployment,
        [Kinds.ReplicaSet] = WorkloadDefaults.ReplicaSet,
        [Kinds.StatefulSet] = WorkloadDefaults.StatefulSet,
        [Kinds.Job] = WorkloadDefaults.Job,
        [Kinds.Service] = ServiceDefaults.Service,
        [Kinds.Endpoints] = ServiceDefaults.Endpoints,
        [Kinds.Secret] = OtherDefaults.Secret,
        [Kinds.RoleBinding] = OtherDefaults.Binding,
        [Kinds.ClusterRoleBinding] = OtherDefaults.Binding,
        [Kinds.Namespace] = OtherDefaults.Namespace,
    };

    /// <summary>What a new object has that a client cannot give it: above all a status of its own.</summary>
    private static readonly Dictionary<ResourceKind, Action<JsonObject>> Beginnings = new()
    {
        [Kinds.Pod] = PodDefaults.Admit,
        [Kinds.Deployment] = value => value["status"] = new JsonObject(),
        [Kinds.ReplicaSet] = value => value["status"] = new JsonObject { ["replicas"] = JsonNumber.Of(0) },
        [Kinds.StatefulSet] = value => value["status"] = new JsonObject { ["replicas"] = JsonNumber.Of(0), ["availableReplicas"] = JsonNumber.Of(0) },
        [Kinds.Job] = value => value["status"] = new JsonObject(),
        [Kinds.Service] = value => value["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() },
        [Kinds.Namespace] = OtherDefaults.NewNamespace,
    };

    /// <summary>To be the first of the rules.</summary>
    public static void Rule(Write write)
    {
        if (write.Verb is WriteVerb.Create or WriteVerb.Update)
            Apply(write.Key.Kind, write.Object);
        if (write.Verb == WriteVerb.Create && Beginnings.TryGetValue(write.Key.Kind, out var begin))
            begin(write.Object);
    }

    public static void Apply(ResourceKind kind, JsonObject value)
    {
        if (Defaults.TryGetValue(kind, out var fill))
            fill(value);
    }
}
