using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Defaults;

internal static class PodDefaults
{
    private const int FileMode = 0b110_100_100; // rw-r--r--
    private static readonly string[] ContainerLists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>Of a pod and of a template of pods.</summary>
    public static void Spec(JsonObject? spec)
    {
        if (spec is null)
            return;
        foreach (var container in ContainerLists.SelectMany(list => spec.Each(list)))
            ContainerDefaults.Apply(container);
        foreach (var volume in spec.Each("volumes"))
            Volume(volume);
        spec.Default("restartPolicy", "Always");
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("schedulerName", "default-scheduler");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Always("securityContext");
        // The older name of the field says the same, always.
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
            spec["serviceAccount"] = account;
        else if (spec.Text("serviceAccount") is { Length: > 0 } old)
            spec["serviceAccountName"] = old;
    }

    /// <summary>Of a pod alone.</summary>
    public static void Pod(JsonObject pod)
    {
        var spec = pod.Always("spec");
        spec.Default("enableServiceLinks", true);
        Spec(spec);
        foreach (var container in ContainerLists.SelectMany(list => spec.Each(list)))
            ContainerDefaults.Requests(container);
    }

    /// <summary>What a cluster's admission adds to a new pod.</summary>
    public static void Admit(JsonObject pod)
    {
        var spec = pod.Always("spec");
        spec.Default("serviceAccountName", "default");
        spec["serviceAccount"] = spec.Text("serviceAccountName");
        spec.Default("priority", 0);
        spec.Default("preemptionPolicy", "PreemptLowerPriority");
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService.Of(spec) };
    }

    private static void Volume(JsonObject volume)
    {
        if (volume.All(field => field.Key == "name" || field.Value is null))
            volume["emptyDir"] = new JsonObject();
        foreach (var source in (ReadOnlySpan<string>)["configMap", "secret", "downwardAPI", "projected"])
            volume.Map(source)?.Default("defaultMode", FileMode);
        foreach (var item in volume.Map("downwardAPI").Each("items"))
            ContainerDefaults.Source(item);
        foreach (var source in volume.Map("projected").Each("sources"))
        {
            source.Map("serviceAccountToken")?.Default("expirationSeconds", 3600);
            foreach (var item in source.Map("downwardAPI").Each("items"))
                ContainerDefaults.Source(item);
        }
        if (volume.Map("hostPath") is { } path)
            path.TryAdd("type", "");
    }
}
