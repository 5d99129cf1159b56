using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>How fast an autoscaler may go in one direction (Kubernetes, "Configurable scaling behavior").</summary>
/// <param name="Window">Of the recommendations in so much time, the most careful one counts.</param>
/// <param name="Policies">None where the autoscaler has no rules: its defaults are in every rule that it has.</param>
/// <param name="Select">Which policy's amount counts: Max, Min or Disabled.</param>
/// <param name="Tolerance">How far a metric may be from its target, as a share of it.</param>
internal sealed record ScalingRules(TimeSpan Window, string Select, IReadOnlyList<ScalingPolicy> Policies, double Tolerance)
{
    private const double UsualTolerance = 0.1;
    private static readonly TimeSpan UsualWindow = TimeSpan.FromMinutes(5);

    public static JsonObject DefaultUp() => new()
    {
        ["stabilizationWindowSeconds"] = JsonNumber.Of(0),
        ["selectPolicy"] = "Max",
        ["policies"] = new JsonArray(Policy("Pods", 4), Policy("Percent", 100)),
    };

    public static JsonObject DefaultDown() => new() { ["selectPolicy"] = "Max", ["policies"] = new JsonArray(Policy("Percent", 100)) };

    public static ScalingRules Up(KubernetesObject autoscaler) => Of(autoscaler.At("spec", "behavior", "scaleUp") as JsonObject, TimeSpan.Zero);

    public static ScalingRules Down(KubernetesObject autoscaler) => Of(autoscaler.At("spec", "behavior", "scaleDown") as JsonObject, UsualWindow);

    private static ScalingRules Of(JsonObject? rules, TimeSpan window) => new(
        rules.Number("stabilizationWindowSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : window,
        rules.Text("selectPolicy"),
        [.. rules.Each("policies").Select(policy => new ScalingPolicy(policy.Text("type") == "Percent", (int)(policy.Number("value") ?? 0), TimeSpan.FromSeconds(policy.Number("periodSeconds") ?? 0)))],
        Quantity.Read(rules.Text("tolerance")) is { } tolerance ? (double)tolerance.Amount : UsualTolerance);

    private static JsonObject Policy(string type, long value) => new() { ["type"] = type, ["value"] = JsonNumber.Of(value), ["periodSeconds"] = JsonNumber.Of(15) };
}

/// <summary>At most so many pods, or percents of them, in a period.</summary>
internal sealed record ScalingPolicy(bool IsPercent, int Value, TimeSpan Period);
