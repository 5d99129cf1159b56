using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What nodes and pods use, in one place for the metrics API and for autoscalers: what kubectl top shows is what is scaled by.</summary>
internal sealed class ResourceMetrics(PodUsages usages)
{
    private const long NanoPerOne = 1_000_000_000;

    /// <summary>By the names of the containers that run; null where there are none, or one of them is not measured yet: the sum would be too low.</summary>
    public IReadOnlyDictionary<string, MeasuredUsage>? OfContainers(StoredObject pod)
    {
        var measured = new Dictionary<string, MeasuredUsage>(StringComparer.Ordinal);
        foreach (var container in new PodDefinition(pod).Containers.Where(each => usages.Runs(pod.View.Uid, each.Name)))
            if (usages.Measure(pod.View.Uid, container.Name) is { } usage)
                measured[container.Name] = usage;
            else
                return null;
        return measured.Count == 0 ? null : measured;
    }

    /// <summary>As the metrics API shows it; null: there is nothing to show.</summary>
    public StoredObject? OfPod(StoredObject pod, DateTimeOffset now)
    {
        if (OfContainers(pod) is not { } measured)
            return null;
        var item = Begin(MetricsKinds.Pod, pod, measured.Values.MinBy(each => each.At) ?? throw new InvalidOperationException("nothing is measured"), now);
        item["containers"] = new JsonArray([.. measured.Select(each => new JsonObject { ["name"] = each.Key, ["usage"] = Usage(each.Value) })]);
        return new(new(MetricsKinds.Pod.Resource, pod.Key.Namespace, pod.Key.Name), 0, item);
    }

    /// <summary>The same for the node: the machine.</summary>
    public StoredObject? OfNode(StoredObject node, DateTimeOffset now)
    {
        if (usages.MeasureMachine() is not { } measured)
            return null;
        var item = Begin(MetricsKinds.Node, node, measured, now);
        item["usage"] = Usage(measured);
        return new(new(MetricsKinds.Node.Resource, "", node.Key.Name), 0, item);
    }

    private static JsonObject Begin(ServedKind kind, StoredObject source, MeasuredUsage measured, DateTimeOffset now)
    {
        var item = kind.Resource.New(source.Key.Name);
        var metadata = item.Metadata();
        if (source.Key.Namespace.Length > 0)
            metadata["namespace"] = source.Key.Namespace;
        metadata["creationTimestamp"] = Scalars.TimeText(now, ShapeKind.Time);
        if (source.View.At("metadata", "labels") is { } labels)
            metadata["labels"] = labels.DeepClone();
        item["timestamp"] = Scalars.TimeText(measured.At, ShapeKind.Time);
        item["window"] = GoDuration.ToText(measured.Window.Ticks * TimeSpan.NanosecondsPerTick);
        return item;
    }

    private static JsonObject Usage(MeasuredUsage measured) => new()
    {
        ["cpu"] = Text((long)(measured.Processors * NanoPerOne), "n"),
        ["memory"] = Text((long)measured.Memory / 1024, "Ki"),
    };

    private static string? Text(long amount, string suffix) => Quantity.Read(string.Create(CultureInfo.InvariantCulture, $"{amount}{suffix}"))?.ToString();
}
