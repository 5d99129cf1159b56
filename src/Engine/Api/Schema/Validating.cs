using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Schema.Validation;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Schema;

/// <summary>Refuses objects that are not valid, naming all that is wrong with them at once.</summary>
public static class Validating
{
    private static readonly Dictionary<ResourceKind, Action<JsonObject, Faults>> Rules = new()
    {
        [Kinds.Pod] = (value, faults) => PodRules.Spec(value.Map("spec") ?? [], Place.Of("spec"), faults),
        [Kinds.Deployment] = WorkloadRules.Deployment,
        [Kinds.ReplicaSet] = WorkloadRules.ReplicaSet,
        [Kinds.StatefulSet] = WorkloadRules.StatefulSet,
        [Kinds.Job] = WorkloadRules.Job,
        [Kinds.Service] = ServiceRules.Service,
        [Kinds.Endpoints] = ServiceRules.Endpoints,
        [Kinds.ConfigMap] = ConfigRules.ConfigMap,
        [Kinds.Secret] = ConfigRules.Secret,
        [Kinds.Role] = AccessRules.Role,
        [Kinds.ClusterRole] = AccessRules.ClusterRole,
        [Kinds.RoleBinding] = AccessRules.RoleBinding,
        [Kinds.ClusterRoleBinding] = AccessRules.ClusterRoleBinding,
    };

    /// <summary>
    /// To be the last of the rules. What the engine itself changes (the node of a pod, the number of replicas) is not looked at again;
    /// what it makes is, since it makes it of what others wrote.
    /// </summary>
    /// <exception cref="StatusException">422.</exception>
    public static void Rule(Write write)
    {
        if (write.Verb is not (WriteVerb.Create or WriteVerb.Update) || (write.Verb == WriteVerb.Update && write.User is null))
            return;
        var faults = new Faults();
        Check(write.Key.Kind, write.Object, faults);
        if (write.Previous is { } previous)
            UpdateRules.Check(write.Key.Kind, previous.View.Json, write.Object, faults);
        faults.Throw(write.Key);
    }

    private static void Check(ResourceKind kind, JsonObject value, Faults faults)
    {
        MetadataRules.Check(value.Map("metadata"), Place.Of("metadata"), faults);
        if (Rules.TryGetValue(kind, out var rules))
            rules(value, faults);
        EnumerationRules.Check(value, KubernetesSchema.Of(kind), faults);
    }
}
