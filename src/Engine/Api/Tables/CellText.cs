using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Tables;

/// <summary>Cells that several kinds have.</summary>
internal static class CellText
{
    public const string None = "<none>";

    public static string OrNone(string text) => text.Length > 0 ? text : None;

    public static long Count(KubernetesObject item, params ReadOnlySpan<object> path) => item.At(path) switch
    {
        JsonObject map => map.Count,
        JsonArray list => list.Count,
        _ => 0,
    };

    public static long Number(KubernetesObject item, long otherwise, params ReadOnlySpan<object> path) => KubernetesObject.Number(item.At(path), otherwise);

    /// <summary>Names of the containers of a template.</summary>
    public static string Containers(KubernetesObject item) => Joined(item, "name");

    public static string Images(KubernetesObject item) => Joined(item, "image");

    /// <summary>"a=b,c=d", in the order of the keys.</summary>
    public static string Labels(JsonNode? labels) =>
        labels is JsonObject { Count: > 0 } map
            ? string.Join(",", map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))
            : None;

    /// <summary>A LabelSelector (matchLabels and matchExpressions) as kubectl's -l would have it.</summary>
    public static string Selector(JsonNode? selector)
    {
        if (selector is not JsonObject map)
            return None;
        var terms = (map["matchLabels"] as JsonObject ?? []).Select(pair => (pair.Key, Text: $"{pair.Key}={pair.Value}"))
            .Concat((map["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>().Select(each => (Key: each["key"]?.ToString() ?? "", Text: Expression(each))))
            .OrderBy(term => term.Key, StringComparer.Ordinal).Select(term => term.Text).ToList();
        return terms.Count > 0 ? string.Join(",", terms) : None;
    }

    private static string Expression(JsonObject expression)
    {
        var key = expression["key"]?.ToString() ?? "";
        var values = string.Join(",", (expression["values"] as JsonArray ?? []).Select(value => value?.ToString()).Order(StringComparer.Ordinal));
        return expression["operator"]?.ToString() switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "DoesNotExist" => $"!{key}",
            _ => key,
        };
    }

    private static string Joined(KubernetesObject item, string field) =>
        string.Join(",", item.Items("spec", "template", "spec", "containers").Select(container => container[field]?.ToString() ?? ""));
}
