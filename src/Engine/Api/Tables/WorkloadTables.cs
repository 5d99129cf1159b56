using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Tables;

/// <summary>What keeps pods running: deployments, replica sets, stateful sets.</summary>
internal static class WorkloadTables
{
    public static TableLayout Deployments { get; } = new(
        [
            TableColumn.ObjectName, new("Ready"), new("Up-to-date"), new("Available"), TableColumn.Age,
            TableColumn.Wide("Containers"), TableColumn.Wide("Images"), TableColumn.Wide("Selector"),
        ],
        (item, now) =>
        [
            item.Name, Ready(item), Status(item, "updatedReplicas"), Status(item, "availableReplicas"), Ages.Of(item, now),
            CellText.Containers(item), CellText.Images(item), CellText.Selector(item.At("spec", "selector")),
        ]);

    public static TableLayout ReplicaSets { get; } = new(
        [
            TableColumn.ObjectName, TableColumn.Integer("Desired"), TableColumn.Integer("Current"), TableColumn.Integer("Ready"), TableColumn.Age,
            TableColumn.Wide("Containers"), TableColumn.Wide("Images"), TableColumn.Wide("Selector"),
        ],
        (item, now) =>
        [
            item.Name, Desired(item), Status(item, "replicas"), Status(item, "readyReplicas"), Ages.Of(item, now),
            CellText.Containers(item), CellText.Images(item), CellText.Selector(item.At("spec", "selector")),
        ]);

    public static TableLayout StatefulSets { get; } = new(
        [TableColumn.ObjectName, new("Ready"), TableColumn.Age, TableColumn.Wide("Containers"), TableColumn.Wide("Images")],
        (item, now) => [item.Name, Ready(item), Ages.Of(item, now), CellText.Containers(item), CellText.Images(item)]);

    private static string Ready(KubernetesObject item) => $"{Status(item, "readyReplicas")}/{Desired(item)}";

    private static long Desired(KubernetesObject item) => CellText.Number(item, 1, "spec", "replicas");

    private static long Status(KubernetesObject item, string field) => CellText.Number(item, 0, "status", field);
}
