using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>What one look of an autoscaler has found: what it does not say stays as it was.</summary>
internal sealed class AutoscalerStatus
{
    private readonly List<StatusCondition> conditions = [];

    public int? Current { get; set; }
    public int? Desired { get; set; }
    public bool HasScaled { get; set; }

    /// <summary>One for each metric of the spec, in its order; null: they were not looked at.</summary>
    public List<JsonNode?>? Metrics { get; set; }

    public void Set(string type, string status, string reason, string message)
    {
        conditions.RemoveAll(each => each.Type == type);
        conditions.Add(new(type, status, reason, message));
    }

    public void WriteTo(JsonObject status, string now)
    {
        if (Current is { } current)
            status["currentReplicas"] = JsonNumber.Of(current);
        if (Desired is { } desired)
            status["desiredReplicas"] = JsonNumber.Of(desired);
        if (Metrics is { } metrics)
            status["currentMetrics"] = new JsonArray([.. metrics]);
        if (HasScaled)
            status["lastScaleTime"] = now;
        foreach (var condition in conditions)
            Conditions.Set(status, condition, now);
    }
}
