using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Controllers;

/// <summary>A selector of an object's spec: matchLabels and matchExpressions, all of which must hold. One that asks for nothing selects all; none selects nothing.</summary>
internal sealed record LabelSelector
{
    private readonly IReadOnlyList<Func<IReadOnlyDictionary<string, string>, bool>> demands;

    private LabelSelector(IReadOnlyList<Func<IReadOnlyDictionary<string, string>, bool>> demands) => this.demands = demands;

    public static LabelSelector Nothing { get; } = new([_ => false]);

    /// <summary>metav1.LabelSelector, as workloads have it.</summary>
    public static LabelSelector From(JsonNode? selector) => selector is not JsonObject map ? Nothing : new(
    [
        .. Equalities(map["matchLabels"]),
        .. (map["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>().Select(Expression),
    ]);

    /// <summary>A plain map, as Services have it.</summary>
    public static LabelSelector FromMap(JsonNode? map) => map is JsonObject { Count: > 0 } ? new([.. Equalities(map)]) : Nothing;

    public bool Matches(IReadOnlyDictionary<string, string> labels) => demands.All(demand => demand(labels));

    private static IEnumerable<Func<IReadOnlyDictionary<string, string>, bool>> Equalities(JsonNode? map) =>
        (map as JsonObject ?? []).Select(pair => Equality(pair.Key, pair.Value?.ToString() ?? ""));

    private static Func<IReadOnlyDictionary<string, string>, bool> Equality(string key, string value) =>
        labels => labels.TryGetValue(key, out var found) && found == value;

    private static Func<IReadOnlyDictionary<string, string>, bool> Expression(JsonObject expression)
    {
        var key = expression.Text("key");
        var values = (KubernetesObject.At(expression, "values") as JsonArray ?? []).Select(value => value?.ToString() ?? "").ToHashSet(StringComparer.Ordinal);
        return expression.Text("operator") switch
        {
            "In" => labels => labels.TryGetValue(key, out var found) && values.Contains(found),
            "NotIn" => labels => !labels.TryGetValue(key, out var found) || !values.Contains(found),
            "Exists" => labels => labels.ContainsKey(key),
            "DoesNotExist" => labels => !labels.ContainsKey(key),
            _ => _ => false, // Validation lets no other in.
        };
    }
}
