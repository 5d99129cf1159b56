using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class ReplicaSetKind
{
    public static ServedKind Kind { get; } = new(Kinds.ReplicaSet)
    {
        Default = value => Workloads.DefaultSpec(value).Default("replicas", 1),
        FirstStatus = () => new() { ["replicas"] = JsonNumber.Of(0) },
        Validate = (value, faults) => Workloads.ValidateKeeper(value, "replicaset", faults),
        ValidateUpdate = (before, after, faults) => faults.Fixed(before.Map("spec"), after.Map("spec"), "selector", Place.Of("spec")),
        Warn = Workloads.Warnings,
        Controller = objects => new ReplicaSetController(objects, Kinds.ReplicaSet),
        Fields = [SelectableField.At("status.replicas", "0")],
        Table = Workloads.Table(Counts, CountCells),
    };

    public static IReadOnlyList<TableColumn> Counts => [TableColumn.Integer("Desired"), TableColumn.Integer("Current"), TableColumn.Integer("Ready"), TableColumn.Age];

    public static object[] CountCells(KubernetesObject item, DateTimeOffset now) =>
        [Workloads.Replicas(item), Workloads.Status(item, "replicas"), Workloads.Status(item, "readyReplicas"), Ages.Of(item, now)];
}
