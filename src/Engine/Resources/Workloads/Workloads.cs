using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What kinds that make pods of a template have in common.</summary>
internal static class Workloads
{
    /// <summary>Of one controller. A machine that runs kontrakts runs fewer, and a slip of the keyboard must not fill its memory.</summary>
    private const int MostPods = 1000;
    private static readonly Place Spec = Place.Of("spec");

    /// <summary>Fills in the template.</summary>
    public static JsonObject DefaultSpec(JsonObject value)
    {
        var spec = value.Always("spec");
        PodKind.DefaultSpec(spec.Map("template").Map("spec"));
        return spec;
    }

    /// <summary>Of kinds that keep pods running which a selector selects.</summary>
    public static JsonObject ValidateKeeper(JsonObject value, string kind, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        SelectorRules.Check(spec, Spec, faults, kind);
        ValidateTemplate(spec, "ReplicaSet", faults);
        return spec;
    }

    /// <param name="kind">As the refusal of a deadline names it: for all kinds that came later it is the replica set.</param>
    public static void ValidateTemplate(JsonObject spec, string kind, Faults faults)
    {
        faults.AtLeast(spec, "replicas", Spec);
        Pods(spec, "replicas", Spec, faults);
        faults.AtLeast(spec, "minReadySeconds", Spec);
        PodRules.Template(spec, Spec, faults);
        var pod = spec.Map("template").Map("spec");
        var at = Spec.Field("template").Field("spec");
        if (pod.Text("restartPolicy") is { Length: > 0 } policy && policy != "Always")
            faults.NotSupported(at.Field("restartPolicy"), policy, ["Always"]);
        if (pod.Has("activeDeadlineSeconds"))
            faults.Forbidden(at.Field("activeDeadlineSeconds"), $"activeDeadlineSeconds in {kind} is not Supported");
    }

    /// <summary>How a workload finds its pods: one kind has a plain map.</summary>
    public static LabelSelector Selector(ResourceKind kind, KubernetesObject item) =>
        kind == Kinds.ReplicationController ? LabelSelector.FromMap(item.At("spec", "selector")) : LabelSelector.From(item.At("spec", "selector"));

    /// <param name="field">The field for how many pods a controller keeps.</param>
    public static void Pods(JsonObject spec, string field, Place place, Faults faults)
    {
        if (spec.Number(field) > MostPods)
            faults.Absent(place.Field(field), $"controllers of more than {MostPods} pods");
    }

    public static IEnumerable<string> Warnings(JsonObject value) => PodKind.SpecWarnings(value.Map("spec").Map("template").Map("spec"));

    /// <summary>A table of the columns given and, with -o wide, of what every workload has.</summary>
    /// <param name="cells">Those of the columns.</param>
    public static TableLayout Table(IEnumerable<TableColumn> columns, Func<KubernetesObject, DateTimeOffset, object[]> cells, bool withSelector = true)
    {
        TableColumn[] wide = [TableColumn.Wide("Containers"), TableColumn.Wide("Images"), .. withSelector ? [TableColumn.Wide("Selector")] : (TableColumn[])[]];
        return new([TableColumn.ObjectName, .. columns, .. wide], (item, now) =>
        [
            item.Name, .. cells(item, now), Containers(item, "name"), Containers(item, "image"),
            .. withSelector ? [CellText.OrNone(LabelSelector.From(item.At("spec", "selector")).ToString())] : (object[])[],
        ]);
    }

    /// <summary>2/3</summary>
    public static string Ready(KubernetesObject item) => $"{Status(item, "readyReplicas")}/{Replicas(item)}";

    public static long Replicas(KubernetesObject item) => CellText.Number(item, 1, "spec", "replicas");

    public static long Status(KubernetesObject item, string field) => CellText.Number(item, 0, "status", field);

    /// <param name="template">Where the template is, if not in the spec itself.</param>
    public static string Containers(KubernetesObject item, string field, params ReadOnlySpan<object> template) =>
        string.Join(",", item.Items(["spec", .. template, "template", "spec", "containers"]).Select(container => container.Text(field)));
}
