using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Schema.Validation;

/// <summary>What of an object may never change again.</summary>
internal static class UpdateRules
{
    private const string Fixed = "field is immutable";
    private static readonly string[] StatefulSetFields = ["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "revisionHistoryLimit"];

    public static void Check(ResourceKind kind, JsonObject before, JsonObject after, Faults faults)
    {
        if (kind == Kinds.Pod)
            Pod(before.Map("spec") ?? [], after.Map("spec") ?? [], faults);
        else if (kind == Kinds.Deployment || kind == Kinds.ReplicaSet)
            Same(before, after, faults, "spec", "selector");
        else if (kind == Kinds.StatefulSet)
            StatefulSet(before.Map("spec") ?? [], after.Map("spec") ?? [], faults);
        else if (kind == Kinds.Job)
            Job(before, after, faults);
        else if (kind == Kinds.RoleBinding || kind == Kinds.ClusterRoleBinding)
        {
            if (!Checks.Same(before["roleRef"], after["roleRef"]))
                faults.Invalid(Place.Of("roleRef"), after["roleRef"], "cannot change roleRef");
        }
        else if (kind == Kinds.Secret || kind == Kinds.ConfigMap)
            Data(kind, before, after, faults);
    }

    private static void Same(JsonObject before, JsonObject after, Faults faults, string first, string second)
    {
        if (!Checks.Same(before.Map(first)?[second], after.Map(first)?[second]))
            faults.Invalid(Place.Of(first, second), after.Map(first)?[second], Fixed);
    }

    private static void Job(JsonObject before, JsonObject after, Faults faults)
    {
        foreach (var field in (ReadOnlySpan<string>)["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"])
            Same(before, after, faults, "spec", field);
        // Of one whose pods are indexed, the number may change along with their parallelism.
        if (after.Map("spec").Text("completionMode") != "Indexed" || after.Map("spec").Number("completions") != after.Map("spec").Number("parallelism"))
            Same(before, after, faults, "spec", "completions");
        if (!before.Map("spec").Flag("suspend"))
            Same(before, after, faults, "spec", "template");
    }

    private static void StatefulSet(JsonObject before, JsonObject after, Faults faults)
    {
        if (!Checks.Same(Without(before, StatefulSetFields), Without(after, StatefulSetFields)))
            faults.Forbidden(Place.Of("spec"), "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    }

    private static void Data(ResourceKind kind, JsonObject before, JsonObject after, Faults faults)
    {
        if (kind == Kinds.Secret && before.Text("type") != after.Text("type"))
            faults.Invalid(Place.Of("type"), after.Text("type"), Fixed);
        if (!before.Flag("immutable"))
            return;
        if (!after.Flag("immutable"))
            faults.Forbidden(Place.Of("immutable"), "field is immutable when `immutable` is set");
        foreach (var field in (ReadOnlySpan<string>)["data", "binaryData"])
            if (!Checks.Same(before[field], after[field]))
                faults.Forbidden(Place.Of(field), "field is immutable when `immutable` is set");
    }

    private static void Pod(JsonObject before, JsonObject after, Faults faults)
    {
        if (!Checks.Same(Fixture(before), Fixture(after)))
            faults.Forbidden(Place.Of("spec"), "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            if ((before.List(list)?.Count ?? 0) != (after.List(list)?.Count ?? 0))
                faults.Forbidden(Place.Of("spec", list), "pod updates may not add or remove containers");
    }

    private static JsonObject Fixture(JsonObject spec)
    {
        var rest = Without(spec, ["activeDeadlineSeconds", "tolerations"]);
        foreach (var container in rest.Each("containers").Concat(rest.Each("initContainers")))
            container.Remove("image");
        return rest;
    }

    private static JsonObject Without(JsonObject map, string[] fields)
    {
        var rest = map.DeepClone().AsObject();
        foreach (var field in fields)
            rest.Remove(field);
        return rest;
    }
}
