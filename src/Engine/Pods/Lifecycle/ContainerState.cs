using System.Globalization;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>What a container does. A closed set: match on it.</summary>
internal abstract record ContainerState
{
    public sealed record Waiting(string Reason, string Message = "") : ContainerState;

    public sealed record Running(DateTimeOffset StartedAt) : ContainerState;

    /// <param name="StartedAt">The beginning of 1970 for what never started, as container runtimes say it.</param>
    public sealed record Terminated(int ExitCode, string Reason, string Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string ContainerId) : ContainerState;

    public JsonObject ToJson()
    {
        switch (this)
        {
            case Waiting waiting:
                var json = new JsonObject();
                if (waiting.Message.Length > 0)
                    json["message"] = waiting.Message;
                json["reason"] = waiting.Reason;
                return new() { ["waiting"] = json };
            case Running running:
                return new() { ["running"] = new JsonObject { ["startedAt"] = Time(running.StartedAt) } };
            case Terminated ended:
                return new() { ["terminated"] = ToJson(ended) };
            default:
                throw new InvalidOperationException("an unknown state");
        }
    }

    private static JsonObject ToJson(Terminated ended)
    {
        var json = new JsonObject { ["exitCode"] = ended.ExitCode, ["reason"] = ended.Reason };
        if (ended.Message.Length > 0)
            json["message"] = ended.Message;
        json["startedAt"] = Time(ended.StartedAt);
        json["finishedAt"] = Time(ended.FinishedAt);
        if (ended.ContainerId.Length > 0)
            json["containerID"] = ended.ContainerId;
        return json;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
