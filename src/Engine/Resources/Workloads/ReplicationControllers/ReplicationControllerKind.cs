using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>The older form of a replica set. Its selector is a plain map, and what it leaves out comes from the template's labels.</summary>
internal static class ReplicationControllerKind
{
    private static readonly Place Spec = Place.Of("spec");

    public static ServedKind Kind { get; } = new(Kinds.ReplicationController)
    {
        Default = Default,
        FirstStatus = () => new() { ["replicas"] = JsonNumber.Of(0) },
        Validate = Validate,
        Warn = Workloads.Warnings,
        Controller = objects => new ReplicaSetController(objects, Kinds.ReplicationController),
        Fields = [SelectableField.At("status.replicas", "0")],
        Table = new(
            [TableColumn.ObjectName, .. ReplicaSetKind.Counts, TableColumn.Wide("Containers"), TableColumn.Wide("Images"), TableColumn.Wide("Selector")],
            (item, now) => [item.Name, .. ReplicaSetKind.CountCells(item, now), Workloads.Containers(item, "name"), Workloads.Containers(item, "image"), CellText.OrNone(Selector(item).ToString())]),
    };

    private static LabelSelector Selector(KubernetesObject item) => LabelSelector.FromMap(item.At("spec", "selector"));

    private static void Default(JsonObject value)
    {
        var spec = Workloads.DefaultSpec(value);
        spec.Default("replicas", 1);
        if (spec.Map("template").Map("metadata").Map("labels") is not { Count: > 0 } labels)
            return;
        if (spec.Map("selector") is not { Count: > 0 })
            spec["selector"] = labels.DeepClone();
        if (value.Metadata().Map("labels") is not { Count: > 0 })
            value.Metadata()["labels"] = labels.DeepClone();
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        if (spec.Map("template") is null)
            faults.Required(Spec.Field("template"));
        if (spec.Map("selector") is not { Count: > 0 } selector)
            faults.Required(Spec.Field("selector"));
        else
            faults.Labels(selector, Spec.Field("selector"));
        Workloads.ValidateTemplate(spec, "ReplicationController", faults);
        var labels = spec.Map("template").Map("metadata").Map("labels");
        if (spec.Map("selector") is { Count: > 0 } && !LabelSelector.FromMap(spec["selector"]).Matches(labels))
            faults.Invalid(Spec.Field("template").Field("metadata").Field("labels"), labels ?? [], "`selector` does not match template `labels`");
    }
}
