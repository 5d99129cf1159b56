using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What the metrics API has: the same names as the kinds whose usage it shows.</summary>
internal static class MetricsKinds
{
    private static readonly string[] Names = ["cpu", "memory"];

    public static ServedKind Node { get; } = Of("NodeMetrics", Kinds.Node, item => [item.At("usage")]);
    public static ServedKind Pod { get; } = Of("PodMetrics", Kinds.Pod, item => item.Items("containers").Select(container => container["usage"]));

    public static IReadOnlyList<ServedKind> All { get; } = [Node, Pod];

    private static ServedKind Of(string kind, ResourceKind source, Func<KubernetesObject, IEnumerable<JsonNode?>> usages) => new(new ResourceKind(new("metrics.k8s.io", "v1beta1", kind), source.Plural) { Namespaced = source.Namespaced })
    {
        IsComputed = true,
        Table = new(
            [TableColumn.ObjectName, .. Names.Select(name => new TableColumn(name, Format: "quantity")), new("Window", Format: "duration")],
            (item, _) => [item.Name, .. Names.Select(name => Sum(usages(item), name)), item.Text("window")]),
    };

    private static string Sum(IEnumerable<JsonNode?> usages, string name) =>
        usages.Select(usage => Quantity.Read(usage?[name]?.ToString())).OfType<Quantity>().Aggregate((sum, each) => sum + each).ToString();
}
