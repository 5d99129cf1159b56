using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods;

/// <summary>Pods for tests, from the part of them that matters.</summary>
internal static class PodJson
{
    public static JsonObject Parse(string text) => JsonNode.Parse(text)!.AsObject();

    /// <param name="spec">JSON.</param>
    /// <param name="metadata">JSON, beside the name p.</param>
    public static JsonObject Pod(string spec, string name = "p", string metadata = "{}")
    {
        var json = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = Parse(metadata), ["spec"] = Parse(spec) };
        json["metadata"]!["name"] = name;
        return json;
    }

    public static PodDefinition Define(string spec, ClusterObjects? objects = null, string metadata = "{}") =>
        new((objects ?? new(new(), [], TimeProvider.System)).Create(Kinds.Pod, "ns", Pod(spec, metadata: metadata)));
}
