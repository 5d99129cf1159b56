using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class PodKind
{
    private const int FileMode = 0b110_100_100; // rw-r--r--
    private static readonly string[] ContainerLists = ["initContainers", "containers", "ephemeralContainers"];

    public static ServedKind Kind { get; } = new(Kinds.Pod)
    {
        MetadataKeptByStatus = ["ownerReferences"],
        Default = Default,
        Admit = Admit,
        Validate = (value, faults) => PodRules.Spec(value.Map("spec") ?? [], Place.Of("spec"), faults),
        ValidateUpdate = (before, after, faults) => ValidateUpdate(before.Map("spec") ?? [], after.Map("spec") ?? [], faults),
        Warn = value => SpecWarnings(value.Map("spec")),
        Fields =
        [
            .. SelectableField.Of("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP", "status.nominatedNodeName"),
            SelectableField.At("spec.hostNetwork", "false"),
            new("status.podIPs", item => string.Join(",", item.Items("status", "podIPs").Select(each => (string?)each["ip"]))),
        ],
        Table = new(
            [
                TableColumn.ObjectName, new("Ready"), new("Status"), new("Restarts"), TableColumn.Age,
                TableColumn.Wide("IP"), TableColumn.Wide("Node"), TableColumn.Wide("Nominated Node"), TableColumn.Wide("Readiness Gates"),
            ], Cells),
        IsShownWhenDeleted = true,
    };

    private static void Default(JsonObject pod)
    {
        var spec = pod.Always("spec");
        spec.Default("enableServiceLinks", true);
        DefaultSpec(spec);
        foreach (var container in ContainerLists.SelectMany(list => spec.Each(list)))
            ContainerDefaults.Requests(container);
    }

    /// <summary>Of a pod and of a template of pods.</summary>
    public static void DefaultSpec(JsonObject? spec)
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

    /// <summary>What a cluster's admission adds to a new pod.</summary>
    private static void Admit(Write write, ObjectStore store)
    {
        if (write.Verb != WriteVerb.Create)
            return;
        var spec = write.Object.Always("spec");
        PriorityClassKind.Admit(write, spec, store);
        new PodAdmission(store).Apply(write);
    }

    private static void ValidateUpdate(JsonObject before, JsonObject after, Faults faults)
    {
        if (!JsonNode.DeepEquals(Fixture(before), Fixture(after)))
            faults.Forbidden(Place.Of("spec"), "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            if ((before.List(list)?.Count ?? 0) != (after.List(list)?.Count ?? 0))
                faults.Forbidden(Place.Of("spec", list), "pod updates may not add or remove containers");
    }

    private static JsonObject Fixture(JsonObject spec)
    {
        var rest = spec.Without("activeDeadlineSeconds", "tolerations");
        foreach (var container in rest.Each("containers").Concat(rest.Each("initContainers")))
            container.Remove("image");
        return rest;
    }

    /// <summary>Rules about the place of pods among others, which is always the same node here.</summary>
    public static IEnumerable<string> SpecWarnings(JsonObject? spec)
    {
        foreach (var field in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
            if (spec.Map("affinity").Map(field).List("requiredDuringSchedulingIgnoredDuringExecution") is { Count: > 0 })
                return [$"affinity.{field}: the embedded engine has one node, where all pods run, whatever this rule says"];
        return [];
    }

    private static object[] Cells(KubernetesObject item, DateTimeOffset now)
    {
        var summary = PodSummary.Of(item);
        var restarts = summary is { Restarts: > 0, LastRestart: { } last } ? $"{summary.Restarts} ({Ages.Short(now - last)} ago)" : $"{summary.Restarts}";
        return
        [
            item.Name, $"{summary.Ready}/{summary.Total}", summary.Reason, restarts, Ages.Of(item, now),
            CellText.OrNone(item.Text("status", "podIP")), CellText.OrNone(item.Text("spec", "nodeName")),
            CellText.OrNone(item.Text("status", "nominatedNodeName")), Gates(item),
        ];
    }

    private static string Gates(KubernetesObject pod)
    {
        var gates = pod.Items("spec", "readinessGates").ToList();
        var met = gates.Count(gate => pod.Condition(gate.Text("conditionType"))?.Text("status") == "True");
        return gates.Count == 0 ? CellText.None : $"{met}/{gates.Count}";
    }
}
