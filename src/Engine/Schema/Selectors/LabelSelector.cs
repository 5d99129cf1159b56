using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

/// <summary>A selector by labels: of a query, of an object's spec. All its requirements must hold; one without any selects all.</summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<LabelRequirement>? requirements;

    private LabelSelector(IReadOnlyList<LabelRequirement>? requirements) => this.requirements = requirements;

    public static LabelSelector Everything { get; } = new([]);

    /// <summary>What a missing selector of an object selects.</summary>
    public static LabelSelector Nothing { get; } = new(null);

    public bool SelectsEverything => requirements is { Count: 0 };

    /// <summary>That of a query: "a=b,c in (d,e)".</summary>
    /// <exception cref="StatusException">400: it is not a selector.</exception>
    public static LabelSelector Parse(string text) => text.Length == 0 ? Everything : new(new LabelSelectorReader(text).Read());

    /// <summary>metav1.LabelSelector (matchLabels, matchExpressions), as workloads have it.</summary>
    public static LabelSelector From(JsonNode? selector) =>
        selector is JsonObject map ? new([.. Equalities(map.Map("matchLabels")), .. map.Each("matchExpressions").Select(LabelRequirement.From)]) : Nothing;

    /// <summary>A plain map, as Services have it.</summary>
    public static LabelSelector FromMap(JsonNode? map) => map is JsonObject { Count: > 0 } labels ? new([.. Equalities(labels)]) : Nothing;

    public bool Matches(StoredObject item) => SelectsEverything || Matches(item.View.At("metadata", "labels") as JsonObject);

    public bool Matches(JsonObject? labels) => requirements is not null && requirements.All(requirement => requirement.Matches(labels?[requirement.Key]?.ToString()));

    /// <summary>As kubectl's -l has it, in the order of the keys.</summary>
    public override string ToString() => string.Join(",", (requirements ?? []).OrderBy(requirement => requirement.Key, StringComparer.Ordinal));

    private static IEnumerable<LabelRequirement> Equalities(JsonObject? labels) =>
        (labels ?? []).Select(pair => new LabelRequirement(pair.Key, LabelOperator.Equal, new HashSet<string>(StringComparer.Ordinal) { pair.Value?.ToString() ?? "" }));
}

internal enum LabelOperator { Exists, DoesNotExist, Equal, In, NotIn, GreaterThan, LessThan, Unknown }

/// <summary>One requirement of a <see cref="LabelSelector"/>.</summary>
/// <param name="Values">Of Equal, In and NotIn; the number that the comparisons compare with.</param>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlySet<string> Values)
{
    /// <summary>One of matchExpressions. Validation lets no other operator in.</summary>
    public static LabelRequirement From(JsonObject expression) => new(expression.Text("key"), expression.Text("operator") switch
    {
        "In" => LabelOperator.In,
        "NotIn" => LabelOperator.NotIn,
        "Exists" => LabelOperator.Exists,
        "DoesNotExist" => LabelOperator.DoesNotExist,
        _ => LabelOperator.Unknown,
    }, (expression.List("values") ?? []).Select(value => value?.ToString() ?? "").ToHashSet(StringComparer.Ordinal));

    /// <param name="value">null where the label does not exist.</param>
    public bool Matches(string? value) => Operator switch
    {
        LabelOperator.Exists => value is not null,
        LabelOperator.DoesNotExist => value is null,
        LabelOperator.Equal or LabelOperator.In => value is not null && Values.Contains(value),
        LabelOperator.NotIn => value is null || !Values.Contains(value),
        LabelOperator.Unknown => false,
        _ => Compare(value),
    };

    public override string ToString() => Operator switch
    {
        LabelOperator.Equal => $"{Key}={Values.First()}",
        LabelOperator.In or LabelOperator.NotIn => $"{Key} {(Operator == LabelOperator.In ? "in" : "notin")} ({string.Join(",", Values.Order(StringComparer.Ordinal))})",
        LabelOperator.DoesNotExist => $"!{Key}",
        _ => Key,
    };

    private bool Compare(string? value)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return false;
        var bound = long.Parse(Values.First(), CultureInfo.InvariantCulture);
        return Operator == LabelOperator.GreaterThan ? number > bound : number < bound;
    }
}
