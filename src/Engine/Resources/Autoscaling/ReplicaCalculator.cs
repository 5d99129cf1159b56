using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>How many pods a metric asks for, by the rules of Kubernetes ("Horizontal Pod Autoscaling", Algorithm details).</summary>
/// <param name="measure">By the uid of a pod and the name of a container.</param>
internal sealed class ReplicaCalculator(Func<string, string, MeasuredUsage?> measure, DateTimeOffset now)
{
    /// <summary>A pod that starts uses more than one that works; and is not ready at once.</summary>
    private static readonly TimeSpan Initialization = TimeSpan.FromMinutes(5), FirstReadiness = TimeSpan.FromSeconds(30);

    /// <summary>What a metric of resources asks for.</summary>
    /// <param name="pods">Of the target.</param>
    /// <exception cref="MetricException">It cannot be read.</exception>
    public MetricProposal Propose(JsonObject metric, IReadOnlyList<StoredObject> pods, int current, ScalingRules up, ScalingRules down)
    {
        var source = HorizontalPodAutoscalerKind.Source(metric) ?? [];
        var (type, resource, target) = (metric.Text("type"), source.Text("name"), source.Map("target"));
        var container = type == "ContainerResource" ? source.Text("container") : null;
        var usages = new Dictionary<string, (decimal Amount, DateTimeOffset At, TimeSpan Window)>(StringComparer.Ordinal);
        foreach (var pod in pods)
            if (Measure(pod, container, resource) is { } measured)
                usages[pod.Key.Name] = measured;
        if (usages.Count == 0)
            throw new MetricException($"unable to get metrics for resource {resource}: no metrics returned from resource metrics API");
        var groups = Group(pods, usages, resource);
        foreach (var name in groups.Ignored.Concat(groups.Unready))
            usages.Remove(name);
        if (target.Number("averageUtilization") is { } percent)
        {
            var requests = Requests(pods.Where(pod => !groups.Ignored.Contains(pod.Key.Name)), container, resource);
            if (usages.Count == 0)
                throw new MetricException("did not receive metrics for targeted pods (pods might be unready)");
            var (utilization, average) = (Utilization(usages, requests), usages.Values.Average(each => each.Amount));
            var replicas = Replicas(usages.ToDictionary(pair => pair.Key, pair => pair.Value.Amount), groups, current, up, down,
                amounts => amounts.Sum(pair => pair.Value) * 100 / Total(amounts.Keys, requests) / percent,
                // A pod of which nothing is known, when pods are taken away, uses what it may at most.
                name => requests[name] * Math.Max(100, percent) / 100);
            return new(replicas, $"{Title(resource, container)} utilization (percentage of request)", Status(metric, source, new()
            {
                ["averageUtilization"] = JsonNumber.Of((long)utilization),
                ["averageValue"] = Text(average, resource),
            }));
        }
        if (usages.Count == 0)
            throw new MetricException("did not receive metrics for targeted pods (pods might be unready)");
        var wanted = Quantity.Read(target.Text("averageValue"))?.Amount ?? 0;
        var now = usages.Values.Average(each => each.Amount);
        return new(Replicas(usages.ToDictionary(pair => pair.Key, pair => pair.Value.Amount), groups, current, up, down, amounts => amounts.Values.Average() / wanted, _ => wanted),
            Title(resource, container), Status(metric, source, new() { ["averageValue"] = Text(now, resource) }));
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

    private (decimal Amount, DateTimeOffset At, TimeSpan Window)? Measure(StoredObject pod, string? container, string resource)
    {
        var (sum, at, window) = (0m, DateTimeOffset.MaxValue, TimeSpan.Zero);
        var names = new PodDefinition(pod).Containers.Where(each => each.Role != ContainerRole.Init && (container is null || each.Name == container)).Select(each => each.Name).ToList();
        foreach (var name in names)
        {
            // Without one of its containers, a pod's sum would be too low.
            if (measure(pod.View.Uid, name) is not { } measured)
                return null;
            (sum, at, window) = (sum + (resource == "cpu" ? measured.Processors : measured.Memory), measured.At, measured.Window);
        }
        return names.Count == 0 || resource is not ("cpu" or "memory") ? null : (sum, at, window);
    }

    private PodGroups Group(IReadOnlyList<StoredObject> pods, Dictionary<string, (decimal Amount, DateTimeOffset At, TimeSpan Window)> usages, string resource)
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

    private static decimal Utilization(Dictionary<string, (decimal Amount, DateTimeOffset At, TimeSpan Window)> usages, Dictionary<string, decimal> requests) =>
        usages.Values.Sum(each => each.Amount) * 100 / Total(usages.Keys, requests);

    private static decimal Total(IEnumerable<string> names, Dictionary<string, decimal> requests) => names.Sum(name => requests[name]) is > 0 and var total ? total : throw new MetricException("no metrics returned matched known pods");

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
