using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>One condition of a pod's status.</summary>
internal sealed record PodCondition(string Type, bool Status, string Reason = "", string Message = "")
{
    /// <param name="before">The same condition so far: while its status stays, so does its time.</param>
    public JsonObject ToJson(JsonObject? before, string now)
    {
        var status = Status ? "True" : "False";
        var json = new JsonObject
        {
            ["type"] = Type,
            ["status"] = status,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = before?["status"]?.ToString() == status && before["lastTransitionTime"] is { } since ? since.DeepClone() : now,
        };
        if (Reason.Length > 0)
            json["reason"] = Reason;
        if (Message.Length > 0)
            json["message"] = Message;
        return json;
    }
}
