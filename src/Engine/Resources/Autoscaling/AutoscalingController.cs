using System.Globalization;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Changes how many pods a workload has, by what they use.</summary>
internal sealed class AutoscalingController(ClusterObjects objects, ResourceMetrics metrics) : IReconciler
{
    /// <summary>As a controller manager looks by default.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private readonly EventRecorder events = new(objects, "horizontal-pod-autoscaler");
    private readonly Dictionary<ObjectKey, (string Uid, ScalingHistory History)> histories = [];
    private readonly Dictionary<ObjectKey, (string Uid, DateTimeOffset At)> looked = [];

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
        // Its own writes do not make it look again.
        if (looked.TryGetValue(key, out var last) && last.Uid == autoscaler.View.Uid && now - last.At < Period && last.At <= now)
            return last.At + Period;
        looked[key] = (autoscaler.View.Uid, now);
        var status = new AutoscalerStatus();
        Scale(autoscaler, status, now);
        objects.UpdateStatus(key, item => status.WriteTo(item.Always("status"), objects.Timestamp()));
        return now + Period;
    }

    private void Scale(StoredObject autoscaler, AutoscalerStatus status, DateTimeOffset now)
    {
        if (ScaleTarget.Find(objects.Store, autoscaler, out var problem) is not { } target)
        {
            events.Warning(autoscaler.View, "FailedGetScale", problem);
            status.Set("AbleToScale", "False", "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {problem}");
            return;
        }
        status.Set("AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale");
        var current = target.Replicas;
        status.Current = target.Running;
        if (current == 0)
        {
            status.Desired = 0;
            status.Set("ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero");
            return;
        }
        var history = HistoryOf(autoscaler, current, now);
        if (Decide(autoscaler, target, history, status, now) is not var (wanted, reason))
            return;
        if (wanted == current || Apply(autoscaler, target, wanted, reason, status))
            status.Desired = wanted;
        if (status.HasScaled)
            history.Scaled(current, wanted, now);
    }

    /// <returns>How many pods there are to be, and why; null: it cannot be decided.</returns>
    private (int Wanted, string Reason)? Decide(StoredObject autoscaler, ScaleTarget target, ScalingHistory history, AutoscalerStatus status, DateTimeOffset now)
    {
        var current = target.Replicas;
        var (least, most) = ((int)CellText.Number(autoscaler.View, 1, "spec", "minReplicas"), (int)CellText.Number(autoscaler.View, 1, "spec", "maxReplicas"));
        if (current > most)
            return (most, "Current number of replicas above Spec.MaxReplicas");
        if (current < least)
            return (least, "Current number of replicas below Spec.MinReplicas");
        var (up, down) = (ScalingRules.Up(autoscaler.View), ScalingRules.Down(autoscaler.View));
        if (new MetricEvaluation(objects.Store, events, metrics).Propose(autoscaler, target, status, up, down, now) is not { } proposal)
            return null;
        var (stable, stabilized) = history.Stabilize(proposal.Replicas, current, up, down, now);
        status.Set("AbleToScale", "True", stabilized?.Reason ?? "ReadyForNewScale", stabilized?.Message ?? "recommended size matches current size");
        var (wanted, limit) = history.Limit(stable, current, least, most, up, down, now);
        status.Set("ScalingLimited", limit is null ? "False" : "True", limit?.Reason ?? "DesiredWithinRange", limit?.Message ?? "the desired count is within the acceptable range");
        return (wanted, proposal.Replicas > current ? $"{proposal.Name} above target" : "All metrics below target");
    }

    /// <returns>Whether the target has taken it.</returns>
    private bool Apply(StoredObject autoscaler, ScaleTarget target, int wanted, string reason, AutoscalerStatus status)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"New size: {wanted}; reason: {reason}");
        try
        {
            objects.Update(target.Object.Key, item => item.Always("spec")["replicas"] = JsonNumber.Of(wanted));
        }
        catch (StatusException refused)
        {
            events.Warning(autoscaler.View, "FailedRescale", $"{said}; error: {refused.Message}");
            status.Set("AbleToScale", "False", "FailedUpdateScale", $"the HPA controller was unable to update the target scale: {refused.Message}");
            return false;
        }
        status.HasScaled = true;
        status.Set("AbleToScale", "True", "SucceededRescale", string.Create(CultureInfo.InvariantCulture, $"the HPA controller was able to update the target scale to {wanted}"));
        events.Normal(autoscaler.View, "SuccessfulRescale", said);
        return true;
    }

    /// <summary>Another autoscaler of its name begins with nothing.</summary>
    private ScalingHistory HistoryOf(StoredObject autoscaler, int current, DateTimeOffset now)
    {
        if (!histories.TryGetValue(autoscaler.Key, out var known) || known.Uid != autoscaler.View.Uid)
            histories[autoscaler.Key] = known = (autoscaler.View.Uid, new(current, now));
        return known.History;
    }
}
