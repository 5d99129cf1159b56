using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Defaults;

/// <summary>Of what makes pods.</summary>
internal static class WorkloadDefaults
{
    private const string Quarter = "25%";

    public static void Deployment(JsonObject value)
    {
        var spec = Template(value);
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        var strategy = spec.Always("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") != "RollingUpdate")
            return;
        var rolling = strategy.Always("rollingUpdate");
        rolling.Default("maxUnavailable", Quarter);
        rolling.Default("maxSurge", Quarter);
    }

    public static void ReplicaSet(JsonObject value) => Template(value).Default("replicas", 1);

    public static void StatefulSet(JsonObject value)
    {
        var spec = Template(value);
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("podManagementPolicy", "OrderedReady");
        var strategy = spec.Always("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
            strategy.Always("rollingUpdate").Default("partition", 0);
        var retention = spec.Always("persistentVolumeClaimRetentionPolicy");
        retention.Default("whenDeleted", "Retain");
        retention.Default("whenScaled", "Retain");
        foreach (var claim in spec.Each("volumeClaimTemplates"))
        {
            claim.Default("apiVersion", "v1");
            claim.Default("kind", "PersistentVolumeClaim");
            claim.Always("spec").Default("volumeMode", "Filesystem");
            claim.Always("status").Default("phase", "Pending");
        }
    }

    public static void Job(JsonObject value)
    {
        var spec = Template(value);
        if (!spec.Has("completions") && !spec.Has("parallelism"))
            spec["completions"] = JsonNumber.Of(1);
        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", spec.Has("backoffLimitPerIndex") ? int.MaxValue : 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec.Has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        foreach (var pattern in spec.Map("podFailurePolicy").Each("rules").SelectMany(rule => rule.Each("onPodConditions")))
            pattern.Default("status", "True");
        if (value.Map("metadata") is { } metadata && metadata.Map("labels") is not { Count: > 0 } && spec.Map("template").Map("metadata").Map("labels") is { Count: > 0 } labels)
            metadata["labels"] = labels.DeepClone();
    }

    private static JsonObject Template(JsonObject value)
    {
        var spec = value.Always("spec");
        PodDefaults.Spec(spec.Map("template").Map("spec"));
        return spec;
    }
}
