using System.Globalization;
using Kontrakt.Engine.Resources;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Controllers;

/// <summary>How fast an autoscaler goes to where its metrics point.</summary>
[TestClass]
public sealed class ScalingSteps
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="recommended">SECOND:REPLICAS of each look.</param>
    /// <param name="expected">What there is after each.</param>
    /// <param name="reason">Of the last: of the stabilization or, after that, of the limit.</param>
    [TestMethod]
    [DataRow(null, 1, "0:50 15:50 30:50 45:50", "4 8 16 20", "TooManyReplicas", DisplayName = "without rules it doubles, and has four at once")]
    [DataRow(null, 3, "0:50", "6", "ScaleUpLimit", DisplayName = "without rules it doubles")]
    [DataRow(null, 10, "0:2 285:2 315:2", "10 10 2", "DesiredWithinRange", DisplayName = "without rules it goes down after five minutes")]
    [DataRow(null, 10, "0:2 150:8 310:2 460:2", "10 10 8 2", "DesiredWithinRange", DisplayName = "the highest of five minutes counts")]
    [DataRow(null, 10, "0:2 285:2", "10 10", "ScaleDownStabilized", DisplayName = "not before")]
    [DataRow("{}", 1, "0:50 15:50", "5 10", "ScaleUpLimit", DisplayName = "four pods or as many again")]
    [DataRow("{}", 6, "0:50", "12", "ScaleUpLimit", DisplayName = "as many again or four pods")]
    [DataRow("{}", 5, "0:0", "5", "ScaleDownStabilized", DisplayName = "the usual window")]
    [DataRow("{scaleUp: {stabilizationWindowSeconds: 60}}", 2, "0:9 15:9 30:8 61:9", "2 2 2 6", "ScaleUpLimit", DisplayName = "up when a minute asks for it")]
    [DataRow("{scaleUp: {stabilizationWindowSeconds: 60}}", 2, "0:9 30:3 61:9", "2 2 3", "ScaleUpStabilized", DisplayName = "the lowest of a minute counts")]
    [DataRow("{scaleUp: {selectPolicy: Disabled}}", 2, "0:9", "2", "ScaleUpLimit", DisplayName = "never up")]
    [DataRow("{scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 30}]}}", 2, "0:9 15:9 30:9", "3 3 4", "ScaleUpLimit", DisplayName = "one in half a minute")]
    [DataRow("{scaleUp: {policies: [{type: Percent, value: 10, periodSeconds: 60}]}}", 5, "0:9 15:9 60:9", "6 6 7", "ScaleUpLimit", DisplayName = "percents up are rounded up")]
    [DataRow("{scaleUp: {selectPolicy: Min, policies: [{type: Percent, value: 100, periodSeconds: 15}, {type: Pods, value: 2, periodSeconds: 15}]}}", 5, "0:20", "7", "ScaleUpLimit", DisplayName = "the smaller step up")]
    [DataRow("{scaleUp: {policies: [{type: Pods, value: 100, periodSeconds: 15}]}}", 5, "0:40", "20", "TooManyReplicas", DisplayName = "no more than the most")]
    [DataRow("{scaleDown: {stabilizationWindowSeconds: 0}}", 10, "0:3", "3", "DesiredWithinRange", DisplayName = "down at once")]
    [DataRow("{scaleDown: {stabilizationWindowSeconds: 0}}", 10, "0:1", "2", "TooFewReplicas", DisplayName = "no fewer than the least")]
    [DataRow("{scaleDown: {stabilizationWindowSeconds: 30}}", 10, "0:3 15:3 30:3", "10 10 3", "DesiredWithinRange", DisplayName = "down after half a minute")]
    [DataRow("{scaleDown: {stabilizationWindowSeconds: 0, selectPolicy: Disabled}}", 10, "0:3", "10", "ScaleDownLimit", DisplayName = "never down")]
    [DataRow("{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 2, periodSeconds: 60}]}}", 10, "0:3 15:3 60:3", "8 8 6", "ScaleDownLimit", DisplayName = "two fewer in a minute")]
    [DataRow("{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Percent, value: 25, periodSeconds: 15}]}}", 10, "0:2 15:2", "7 5", "ScaleDownLimit", DisplayName = "percents down are rounded down")]
    [DataRow("{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 1, periodSeconds: 15}, {type: Percent, value: 50, periodSeconds: 15}]}}", 10, "0:2", "5", "ScaleDownLimit", DisplayName = "the larger step down")]
    [DataRow("{scaleDown: {stabilizationWindowSeconds: 0, selectPolicy: Min, policies: [{type: Pods, value: 1, periodSeconds: 15}, {type: Percent, value: 50, periodSeconds: 15}]}}", 10, "0:2", "9", "ScaleDownLimit", DisplayName = "the smaller step down")]
    [DataRow("{scaleUp: {policies: [{type: Pods, value: 4, periodSeconds: 60}]}, scaleDown: {stabilizationWindowSeconds: 0}}", 4, "0:8 15:6 30:20", "8 6 8", "ScaleUpLimit", DisplayName = "pods that went in the period may come again")]
    public void KeepToTheRules(string? behavior, int replicas, string recommended, string expected, string reason)
    {
        var autoscaler = Filled(behavior);
        var (up, down) = (ScalingRules.Up(autoscaler), ScalingRules.Down(autoscaler));
        var history = new ScalingHistory(replicas, Begin);
        var (seen, why) = (new List<int>(), "");
        foreach (var look in recommended.Split(' ').Select(text => text.Split(':').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray()))
        {
            var now = Begin.AddSeconds(look[0]);
            var (stable, stabilized) = history.Stabilize(look[1], replicas, up, down, now);
            var (wanted, limit) = history.Limit(stable, replicas, 2, 20, up, down, now);
            if (wanted != replicas)
                history.Scaled(replicas, wanted, now);
            seen.Add(replicas = wanted);
            why = limit?.Reason ?? stabilized?.Reason ?? "DesiredWithinRange";
        }

        Assert.AreEqual((expected, reason), (string.Join(' ', seen), why));
    }

    private static KubernetesObject Filled(string? behavior)
    {
        var value = RunningControllers.Parse($"spec: {{maxReplicas: 20{(behavior is null ? "" : $", behavior: {behavior}")}}}");
        HorizontalPodAutoscalerKind.Kind.Default(value);
        return new(value);
    }
}
