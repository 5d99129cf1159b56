using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Tables;

/// <summary>Pods.</summary>
internal static class PodTable
{
    public static TableLayout Layout { get; } = new(
        [
            TableColumn.ObjectName, new("Ready"), new("Status"), new("Restarts"), TableColumn.Age,
            TableColumn.Wide("IP"), TableColumn.Wide("Node"), TableColumn.Wide("Nominated Node"), TableColumn.Wide("Readiness Gates"),
        ],
        (item, now) =>
        {
            var summary = PodSummary.Of(item);
            return
            [
                item.Name, $"{summary.Ready}/{summary.Total}", summary.Reason, Restarts(summary, now), Ages.Of(item, now),
                CellText.OrNone(item.Text("status", "podIP")), CellText.OrNone(item.Text("spec", "nodeName")),
                CellText.OrNone(item.Text("status", "nominatedNodeName")), Gates(item),
            ];
        });

    private static string Restarts(PodSummary summary, DateTimeOffset now) =>
        summary is { Restarts: > 0, LastRestart: { } last } ? $"{summary.Restarts} ({Ages.Short(now - last)} ago)" : $"{summary.Restarts}";

    private static string Gates(KubernetesObject pod)
    {
        if (pod.At("spec", "readinessGates") is not JsonArray { Count: > 0 } gates)
            return CellText.None;
        var met = gates.OfType<JsonObject>().Count(gate => (string?)pod.Condition(gate["conditionType"]?.ToString() ?? "")?["status"] == "True");
        return $"{met}/{gates.Count}";
    }
}
