using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>How many pods a metric asks for, by the rules of Kubernetes ("Horizontal Pod Autoscaling", Algorithm details).</summary>
/// <param name="measure">The containers of a pod by their names; null: nothing is known of it.</param>
internal sealed class ReplicaCalculator(Func<StoredObject, IReadOnlyDictionary<string, MeasuredUsage>?> measure, DateTimeOffset now)
{
    private const int Milli = 1000;

    /// <summary>A pod that starts uses more than one that works; and is not ready at once.</summary>
    private static readonly TimeSpan Initialization = TimeSpan.FromMinutes(5), FirstReadiness = TimeSpan.FromSeconds(30);

    /// <summary>What a metric of resources asks for.</summary>
    /// <param name="pods">Of the target.</param>
    /// <exception cref="MetricException">It cannot be read.</exception>
    public MetricProposal Propose(JsonObject metric, IReadOnlyList<StoredObject> pods, int current, ScalingRules up, ScalingRules down)
    {
        var source = HorizontalPodAutoscalerKind.Source(metric) ?? [];
        var (resource, target) = (source.Text("name"), source.Map("target"));
        var container = metric.Text("type") == "ContainerResource" ? source.Text("container") : null;
        var percent = target.Number("averageUtilization");
        try
        {
            var usages = Measure(pods, container, resource);
            var groups = Group(pods, usages, resource);
            foreach (var name in groups.Ignored.Concat(groups.Unready))
                usages.Remove(name);
            if (usages.Count == 0)
                throw new MetricException("did not receive metrics for targeted pods (pods might be unready)");
            var amounts = usages.ToDictionary(pair => pair.Key, pair => pair.Value.Amount, StringComparer.Ordinal);
            var shown = new JsonObject { ["averageValue"] = Text(Average(amounts), resource) };
            if (percent is { } wanted)
            {
                var requests = Requests(pods.Where(pod => !groups.Ignored.Contains(pod.Key.Name)), container, resource);
                shown["averageUtilization"] = JsonNumber.Of((long)Utilization(amounts, requests));
                return new(Replicas(amounts, groups, current, up, down, each => Utilization(each, requests) / wanted,
                    // A pod of which nothing is known, when pods are taken away, uses what it may at most.
                    name => requests[name] * Math.Max(100, wanted) / 100), $"{Title(resource, container)} utilization (percentage of request)", Status(metric, source, shown));
            }
            var value = Quantity.Read(target.Text("averageValue"))?.Amount ?? throw new MetricException($"the target of the metric {resource} is not a quantity");
            return new(Replicas(amounts, groups, current, up, down, each => Average(each) / value, _ => value), Title(resource, container), Status(metric, source, shown));
        }
        catch (MetricException unread)
        {
            throw new MetricException($"failed to get {resource} {(percent is null ? "usage" : "utilization")}: {unread.Message}");
        }
    }

    private static int Replicas(Dictionary<string, decimal> amounts, PodGroups groups, int current, ScalingRules up, ScalingRules down, Func<Dictionary<string, decimal>, decimal> ratioOf, Func<string, decimal> most)
    {
        var ratio = (double)ratioOf(amounts);
        var scalesUp = groups.Unready.Count > 0 && ratio > 1;
        if (!scalesUp && groups.Missing.Count == 0)
            return IsWithin(ratio, up, down) ? current : (int)Math.Ceiling(ratio * groups.Ready);
        foreach (var name in groups.Missing)
            if (ratio < 1)
                amounts[name] = most(name);
            else if (ratio > 1)
                amounts[name] = 0;
        if (scalesUp)
            foreach (var name in groups.Unready)
                amounts[name] = 0;
        var next = (double)ratioOf(amounts);
        if (IsWithin(next, up, down) || (ratio < 1 && next > 1) || (ratio > 1 && next < 1))
            return current;
        var replicas = (int)Math.Ceiling(next * amounts.Count);
        // What was assumed must not turn the direction.
        return (next < 1 && replicas > current) || (next > 1 && replicas < current) ? current : replicas;
    }

    private static bool IsWithin(double ratio, ScalingRules up, ScalingRules down) => ratio >= 1 - down.Tolerance && ratio <= 1 + up.Tolerance;

    private Dictionary<string, MeasuredPod> Measure(IReadOnlyList<StoredObject> pods, string? container, string resource)
    {
        var usages = new Dictionary<string, MeasuredPod>(StringComparer.Ordinal);
        var (any, known) = (false, resource is "cpu" or "memory");
        foreach (var pod in pods)
            if (measure(pod) is { Count: > 0 } containers)
            {
                any = true;
                if (container is not null && !containers.ContainsKey(container))
                    throw new MetricException($"unable to get metrics for resource {resource}: container {container} not present in metrics for pod {pod.Key.Namespace}/{pod.Key.Name}");
                var counted = container is null ? containers.Values : [containers[container]];
                if (known)
                    usages[pod.Key.Name] = new(counted.Sum(each => resource == "cpu" ? Math.Ceiling(each.Processors * Milli) / Milli : each.Memory), counted.Min(each => each.At), counted.Max(each => each.Window));
            }
        return any ? usages : throw new MetricException($"unable to get metrics for resource {resource}: no metrics returned from resource metrics API");
    }

    private PodGroups Group(IReadOnlyList<StoredObject> pods, Dictionary<string, MeasuredPod> usages, string resource)
    {
        var groups = new PodGroups();
        foreach (var pod in pods)
        {
            var name = pod.Key.Name;
            if (pod.IsBeingDeleted || pod.View.Text("status", "phase") == "Failed")
                groups.Ignored.Add(name);
            else if (pod.View.Text("status", "phase") == "Pending")
                groups.Unready.Add(name);
            else if (!usages.TryGetValue(name, out var usage))
                groups.Missing.Add(name);
            else if (resource == "cpu" && IsUnready(pod.View, usage.At, usage.Window))
                groups.Unready.Add(name);
            else
                groups.Ready++;
        }
        return groups;
    }

    private bool IsUnready(KubernetesObject pod, DateTimeOffset measured, TimeSpan window)
    {
        if (pod.Condition("Ready") is not { } ready || KubernetesObject.Time(pod.Text("status", "startTime")) is not { } started)
            return true;
        var (isNot, since) = (ready.Text("status") == "False", KubernetesObject.Time(ready.Text("lastTransitionTime")) ?? started);
        return started + Initialization > now ? isNot || measured < since + window : isNot && started + FirstReadiness > since;
    }

    private static Dictionary<string, decimal> Requests(IEnumerable<StoredObject> pods, string? container, string resource)
    {
        var requests = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            var sum = 0m;
            foreach (var each in new PodDefinition(pod).Containers.Where(each => each.Role != ContainerRole.Init && (container is null || each.Name == container)))
                sum += PodResources.Requested(each, resource) is > 0 and var request ? request : throw new MetricException($"missing request for {resource} in container {each.Name} of Pod {pod.Key.Name}");
            requests[pod.Key.Name] = sum;
        }
        return requests;
    }

    /// <summary>In whole percents, as Kubernetes works with them.</summary>
    private static decimal Utilization(Dictionary<string, decimal> amounts, Dictionary<string, decimal> requests) =>
        amounts.Keys.Sum(name => requests[name]) is > 0 and var total ? Math.Floor(amounts.Values.Sum() * 100 / total) : throw new MetricException("no metrics returned matched known pods");

    private static decimal Average(Dictionary<string, decimal> amounts) => Math.Floor(amounts.Values.Average() * Milli) / Milli;

    private static string Title(string resource, string? container) => container is null ? $"{resource} resource" : $"{resource} container resource";

    private static JsonObject Status(JsonObject metric, JsonObject source, JsonObject current)
    {
        var status = new JsonObject { ["name"] = source.Text("name"), ["current"] = current };
        if (source.Has("container"))
            status["container"] = source.Text("container");
        var type = metric.Text("type");
        return new() { ["type"] = type, [type == "Resource" ? "resource" : "containerResource"] = status };
    }

    private static string Text(decimal amount, string resource) => resource == "cpu" ? string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Ceiling(amount * 1000)}m") : string.Create(CultureInfo.InvariantCulture, $"{(long)amount}");

    private sealed record MeasuredPod(decimal Amount, DateTimeOffset At, TimeSpan Window);

    private sealed class PodGroups
    {
        public int Ready { get; set; }
        public HashSet<string> Ignored { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Unready { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Missing { get; } = new(StringComparer.Ordinal);
    }
}

/// <param name="Name">Of the metric, for people.</param>
/// <param name="Status">Of status.currentMetrics.</param>
internal sealed record MetricProposal(int Replicas, string Name, JsonObject Status);

/// <summary>A metric cannot be read.</summary>
internal sealed class MetricException(string message) : Exception(message);
