using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>The conditions of a status: one for each type, in the order in which they first came.</summary>
internal static class Conditions
{
    /// <summary>Sets one. Its transition time changes only with its status.</summary>
    /// <param name="now">As text.</param>
    /// <param name="updated">Whether it has a lastUpdateTime, as those of deployments have.</param>
    public static void Set(JsonObject status, StatusCondition condition, string now, bool updated = false)
    {
        var conditions = status.AlwaysList("conditions");
        var known = Find(status, condition.Type);
        if (known is not null && known.Text("status") == condition.Status && known.Text("reason") == condition.Reason && known.Text("message") == condition.Message)
            return;
        var next = new JsonObject { ["type"] = condition.Type, ["status"] = condition.Status };
        if (updated)
            next["lastUpdateTime"] = now;
        next["lastTransitionTime"] = known is not null && known.Text("status") == condition.Status ? known["lastTransitionTime"]?.DeepClone() : now;
        next["reason"] = condition.Reason;
        next["message"] = condition.Message;
        if (known is null)
            conditions.Add(next);
        else
            conditions[conditions.IndexOf(known)] = next;
    }

    public static void Remove(JsonObject status, string type)
    {
        if (Find(status, type) is not { } known)
            return;
        var conditions = status.AlwaysList("conditions");
        conditions.Remove(known);
        if (conditions.Count == 0)
            status.Remove("conditions");
    }

    public static JsonObject? Find(JsonObject status, string type) =>
        (status["conditions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(each => each.Text("type") == type);
}

/// <param name="Status">True, False or Unknown.</param>
internal sealed record StatusCondition(string Type, string Status, string Reason, string Message);
