using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Changes how many pods a workload has, by what they use.</summary>
internal sealed class AutoscalingController(ClusterObjects objects, PodUsages usages) : IReconciler
{
    /// <summary>As a controller manager looks by default.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private readonly EventRecorder events = new(objects, "horizontal-pod-autoscaler");
    private readonly Dictionary<ObjectKey, (string Uid, ScalingHistory History)> histories = [];
    private readonly Dictionary<ObjectKey, DateTimeOffset> looked = [];

    public string Name => "horizontal-pod-autoscaler";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change) => change.Object.Key.Kind == Kinds.HorizontalPodAutoscaler ? [change.Object.Key] : [];

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        var now = objects.Time.GetUtcNow();
        if (objects.Store.Find(key) is not { IsBeingDeleted: false } autoscaler)
        {
            looked.Remove(key);
            histories.Remove(key);
            return null;
        }
        // Its own writes are no reason to look again.
        if (looked.TryGetValue(key, out var last) && now - last < Period && last <= now)
            return last + Period;
        looked[key] = now;
        Scale(autoscaler, now);
        return now + Period;
    }

    private void Scale(StoredObject autoscaler, DateTimeOffset now)
    {
        var status = new Outcome();
        var rescale = Decide(autoscaler, status, now);
        objects.UpdateStatus(autoscaler.Key, item =>
        {
            var next = item.Always("status");
            next["currentReplicas"] = JsonNumber.Of(status.Current);
            next["desiredReplicas"] = JsonNumber.Of(status.Desired);
            next["currentMetrics"] = status.Metrics.Count == 0 ? null : new JsonArray([.. status.Metrics]);
            if (rescale)
                next["lastScaleTime"] = objects.Timestamp();
            foreach (var condition in status.Conditions)
                Conditions.Set(next, condition, objects.Timestamp());
        });
    }

    /// <returns>Whether the target was scaled.</returns>
    private bool Decide(StoredObject autoscaler, Outcome status, DateTimeOffset now)
    {
        if (Target(autoscaler) is not { } target)
        {
            var reference = autoscaler.View.Text("spec", "scaleTargetRef", "name");
            var message = $"{NameOf(autoscaler)} \"{reference}\" not found";
            events.Warning(autoscaler.View, "FailedGetScale", message);
            status.Set("AbleToScale", "False", "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {message}");
            return false;
        }
        status.Set("AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale");
        var current = (int)Workloads.Replicas(target.View);
        (status.Current, status.Desired) = ((int)Workloads.Status(target.View, "replicas"), current);
        var (least, most) = ((int)CellText.Number(autoscaler.View, 1, "spec", "minReplicas"), (int)CellText.Number(autoscaler.View, 1, "spec", "maxReplicas"));
        if (current == 0)
        {
            status.Set("ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
            status.Desired = 0;
            return false;
        }
        var (up, down) = (ScalingRules.Up(autoscaler.View), ScalingRules.Down(autoscaler.View));
        var history = HistoryOf(autoscaler, current, now);
        var (wanted, reason) = (current, "");
        if (current > most)
            (wanted, reason) = (most, "Current number of replicas above Spec.MaxReplicas");
        else if (current < least)
            (wanted, reason) = (least, "Current number of replicas below Spec.MinReplicas");
        else
        {
            if (Propose(autoscaler, target, current, up, down, status, now) is not var (proposed, metric))
                return false;
            reason = proposed > current ? $"{metric} above target" : "All metrics below target";
            var (stable, stabilized) = history.Stabilize(proposed, current, up, down, now);
            status.Set("AbleToScale", "True", stabilized?.Reason ?? "ReadyForNewScale", stabilized?.Message ?? "recommended size matches current size");
            (wanted, var limit) = history.Limit(stable, current, least, most, up, down, now);
            status.Set("ScalingLimited", limit is null ? "False" : "True", limit?.Reason ?? "DesiredWithinRange", limit?.Message ?? "the desired count is within the acceptable range");
        }
        status.Desired = wanted;
        if (wanted == current)
            return false;
        objects.Update(target.Key, item => item.Always("spec")["replicas"] = JsonNumber.Of(wanted));
        history.Scaled(current, wanted, now);
        status.Set("AbleToScale", "True", "SucceededRescale", string.Create(CultureInfo.InvariantCulture, $"the HPA controller was able to update the target scale to {wanted}"));
        events.Normal(autoscaler.View, "SuccessfulRescale", string.Create(CultureInfo.InvariantCulture, $"New size: {wanted}; reason: {reason}"));
        return true;
    }

    /// <summary>The most that a metric asks for. Where one cannot be read, what the others say must not take pods away.</summary>
    /// <returns>null: nothing can be decided.</returns>
    private (int Replicas, string Metric)? Propose(StoredObject autoscaler, StoredObject target, int current, ScalingRules up, ScalingRules down, Outcome status, DateTimeOffset now)
    {
        var selector = Workloads.Selector(target.Key.Kind, target.View);
        var pods = objects.Store.List(Kinds.Pod, target.Key.Namespace).Items.Where(selector.Matches).ToList();
        var calculator = new ReplicaCalculator(usages.Measure, now);
        var (proposals, failures) = (new List<MetricProposal>(), new List<(string Reason, string Message)>());
        var metrics = autoscaler.View.Items("spec", "metrics").ToList();
        foreach (var metric in metrics)
            try
            {
                var proposal = metric.Text("type") switch
                {
                    "Resource" or "ContainerResource" => calculator.Propose(metric, pods, current, up, down),
                    var other => throw new MetricException($"unable to get {other.ToLowerInvariant()} metric: no custom metrics API (custom.metrics.k8s.io, external.metrics.k8s.io) registered"),
                };
                proposals.Add(proposal);
                status.Metrics.Add(proposal.Status);
            }
            catch (MetricException unread)
            {
                failures.Add(($"FailedGet{metric.Text("type")}Metric", unread.Message));
                events.Warning(autoscaler.View, failures[^1].Reason, unread.Message);
            }
        var best = proposals.MaxBy(proposal => proposal.Replicas);
        if (best is null || (failures.Count > 0 && best.Replicas < current))
        {
            var (reason, message) = failures[0];
            status.Set("ScalingActive", "False", reason, $"the HPA was unable to compute the replica count: {message}");
            events.Warning(autoscaler.View, "FailedComputeMetricsReplicas", string.Create(CultureInfo.InvariantCulture, $"invalid metrics ({failures.Count} invalid out of {metrics.Count}), first error is: {message}"));
            return null;
        }
        status.Set("ScalingActive", "True", "ValidMetricFound", $"the HPA was able to successfully calculate a replica count from {best.Name}");
        return (best.Replicas, best.Name);
    }

    /// <summary>Another autoscaler of its name begins with nothing.</summary>
    private ScalingHistory HistoryOf(StoredObject autoscaler, int current, DateTimeOffset now)
    {
        if (!histories.TryGetValue(autoscaler.Key, out var known) || known.Uid != autoscaler.View.Uid)
            histories[autoscaler.Key] = known = (autoscaler.View.Uid, new(current, now));
        return known.History;
    }

    private StoredObject? Target(StoredObject autoscaler)
    {
        var reference = autoscaler.View;
        var version = reference.Text("spec", "scaleTargetRef", "apiVersion");
        var kind = ServedKinds.Resources.FirstOrDefault(each => each.Kind == reference.Text("spec", "scaleTargetRef", "kind") && each.Subresources.Contains("scale")
            && each.Group == (version.Contains('/', StringComparison.Ordinal) ? version.Split('/')[0] : ""));
        return kind is null ? null : objects.Store.Find(new(kind, autoscaler.Key.Namespace, reference.Text("spec", "scaleTargetRef", "name")));
    }

    private static string NameOf(StoredObject autoscaler)
    {
        var (kind, version) = (autoscaler.View.Text("spec", "scaleTargetRef", "kind"), autoscaler.View.Text("spec", "scaleTargetRef", "apiVersion"));
        return $"{kind.ToLowerInvariant()}s{(version.Contains('/', StringComparison.Ordinal) ? "." + version.Split('/')[0] : "")}";
    }

    private sealed class Outcome
    {
        public int Current { get; set; }
        public int Desired { get; set; }
        public List<JsonNode?> Metrics { get; } = [];
        public List<StatusCondition> Conditions { get; } = [];

        public void Set(string type, string status, string reason, string message)
        {
            Conditions.RemoveAll(each => each.Type == type);
            Conditions.Add(new(type, status, reason, message));
        }
    }
}
