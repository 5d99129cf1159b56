using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;

namespace Kontrakt.Runs;

/// <summary>A value in a message.</summary>
internal static class ValueText
{
    private const int Longest = 200;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As JSON, cut where it is long.</summary>
    public static string Show(JsonNode? node)
    {
        var text = Written(node)?.ToJsonString(Readable) ?? "nothing";
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), " ...");
    }

    /// <summary>Expressions as they are written in YAML.</summary>
    private static JsonNode? Written(JsonNode? node) => node switch
    {
        JsonObject map when CelExpression.Of(map) is { } expression => $"{CelExpression.Tag} {expression.Text}",
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Written(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Written)]),
        _ => node?.DeepClone(),
    };

    /// <summary>A piece of a text, in quotes.</summary>
    public static string Quote(string text) => JsonValue.Create(text).ToJsonString(Readable);
}
