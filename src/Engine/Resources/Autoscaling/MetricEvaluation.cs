using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Looks at all metrics of an autoscaler, and says in its status and in events what came of it.</summary>
internal sealed class MetricEvaluation(ObjectStore store, EventRecorder events, ResourceMetrics metrics)
{
    private const string Ambiguous = "AmbiguousSelector";

    /// <summary>The most that a metric asks for. Where one cannot be read, what the others say must not take pods away.</summary>
    /// <returns>null: nothing can be decided.</returns>
    public MetricProposal? Propose(StoredObject autoscaler, ScaleTarget target, AutoscalerStatus status, ScalingRules up, ScalingRules down, DateTimeOffset now)
    {
        var (selector, current) = (target.Selector, target.Replicas);
        var pods = store.List(Kinds.Pod, autoscaler.Key.Namespace).Items.Where(selector.Matches).ToList();
        if (Others(autoscaler, pods) is { Length: > 0 } others)
            return Refuse(autoscaler, status, Ambiguous, $"pods by selector {selector} are controlled by multiple HPAs: [{others}]");
        var calculator = new ReplicaCalculator(metrics.OfContainers, now);
        var (proposals, failures) = (new List<MetricProposal>(), new List<(string Reason, string Message, string What)>());
        var all = autoscaler.View.Items("spec", "metrics").ToList();
        status.Metrics = [];
        foreach (var metric in all)
            try
            {
                proposals.Add(Propose(calculator, metric, autoscaler, pods, current, up, down));
                status.Metrics.Add(proposals[^1].Status);
            }
            catch (MetricException unread)
            {
                failures.Add(($"FailedGet{metric.Text("type")}Metric", unread.Message, What(metric)));
                status.Metrics.Add(new JsonObject { ["type"] = "" });
                events.Warning(autoscaler.View, failures[^1].Reason, unread.Message);
            }
        var best = proposals.MaxBy(proposal => proposal.Replicas);
        if (best is null || (failures.Count > 0 && best.Replicas < current))
        {
            var (reason, message, what) = failures[0];
            status.Set("ScalingActive", "False", reason, $"the HPA was unable to compute the replica count: {message}");
            Failed(autoscaler, string.Create(CultureInfo.InvariantCulture, $"invalid metrics ({failures.Count} invalid out of {all.Count}), first error is: failed to get {what} metric value: {message}"));
            return null;
        }
        status.Set("ScalingActive", "True", "ValidMetricFound", $"the HPA was able to successfully calculate a replica count from {best.Name}");
        return best;
    }

    private static MetricProposal Propose(ReplicaCalculator calculator, JsonObject metric, StoredObject autoscaler, List<StoredObject> pods, int current, ScalingRules up, ScalingRules down)
    {
        const string noAdapter = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";
        var source = HorizontalPodAutoscalerKind.Source(metric);
        var (named, name) = (source.Map("metric"), source.Map("metric").Text("name"));
        switch (metric.Text("type"))
        {
            case "Pods":
                throw new MetricException($"unable to get metric {name}: {noAdapter}");
            case "Object":
                var described = source.Map("describedObject");
                throw new MetricException($"unable to get metric {name}: {described.Text("kind")} on {autoscaler.Key.Namespace} {described.Text("name")}/{noAdapter}");
            case "External":
                var selector = named.Has("selector") ? LabelSelector.From(named.Map("selector")).ToString() : "nil";
                throw new MetricException($"unable to get external metric {autoscaler.Key.Namespace}/{name}/{selector}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get {name}.external.metrics.k8s.io)");
            default:
                return calculator.Propose(metric, pods, current, up, down);
        }
    }

    /// <summary>The autoscalers, this one among them, if another one counts a pod of this one's, too.</summary>
    private string Others(StoredObject autoscaler, List<StoredObject> pods)
    {
        var others = store.List(Kinds.HorizontalPodAutoscaler, autoscaler.Key.Namespace).Items
            .Where(other => other.Key == autoscaler.Key || (ScaleTarget.Find(store, other, out _) is { } target && pods.Exists(target.Selector.Matches)))
            .Select(other => $"{other.Key.Namespace}/{other.Key.Name}").ToList();
        return others.Count > 1 ? string.Join(' ', others) : "";
    }

    private MetricProposal? Refuse(StoredObject autoscaler, AutoscalerStatus status, string reason, string message)
    {
        events.Warning(autoscaler.View, reason, message);
        status.Set("ScalingActive", "False", reason, message);
        Failed(autoscaler, message);
        return null;
    }

    private void Failed(StoredObject autoscaler, string message) => events.Warning(autoscaler.View, "FailedComputeMetricsReplicas", message);

    private static string What(JsonObject metric)
    {
        var source = HorizontalPodAutoscalerKind.Source(metric);
        return metric.Text("type") switch
        {
            "Resource" => $"{source.Text("name")} resource",
            "ContainerResource" => $"{source.Text("name")} container",
            "External" => $"{source.Map("metric").Text("name")} external",
            var other => other.ToLowerInvariant(),
        };
    }
}
