using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>
/// Partial match: what the expected object names must be so, the rest is free. A null or an empty list is expected to be absent or empty. Lists are
/// unordered subsets: each expected element needs a partner of its own. Scalars are equal with their type (1 is not "1"), but where the schema says
/// that they are quantities, times and the like (see <see cref="ScalarMatcher"/>). An expression is evaluated with what is in its place.
/// </summary>
public static class ObjectMatcher
{
    /// <summary>Everything that differs; empty when it matches.</summary>
    /// <param name="schema">What the server says of the kind; null where it says nothing.</param>
    public static IReadOnlyList<Mismatch> Match(JsonObject expected, JsonNode? actual, ValueSchema? schema)
    {
        var mismatches = new List<Mismatch>();
        Compare(expected, actual, schema, Scope(expected, actual), null, mismatches);
        return mismatches;
    }

    /// <summary>The values for which the expressions of a matching assertion hold. Those in lists are left out: several elements may match. So is what a Secret holds.</summary>
    internal static IReadOnlyList<(IReadOnlyList<object> Path, JsonNode? Actual)> Held(JsonObject expected, JsonNode? actual, ValueSchema? schema)
    {
        var scope = Scope(expected, actual);
        Compare(expected, actual, schema, scope, null, null);
        return scope.IsSecret ? [] : scope.Held;
    }

    private static MatchScope Scope(JsonObject expected, JsonNode? actual) => new(actual) { IsSecret = expected["kind"]?.ToString() == "Secret" };

    /// <summary>What leaves open whether an object matches that does not surely match; null when it surely does not.</summary>
    internal static MatchDoubt? Doubt(JsonObject expected, JsonNode? actual, ValueSchema? schema)
    {
        var scope = new MatchScope(actual) { InDoubt = true };
        return Compare(expected, actual, schema, scope, null, null) ? scope.Doubts.FirstOrDefault() : null;
    }

    /// <summary>Whether a value is as expected.</summary>
    /// <param name="found">Takes every difference; null: the first one ends it.</param>
    internal static bool Compare(JsonNode? expected, JsonNode? actual, ValueSchema? schema, MatchScope scope, MatchPath? path, List<Mismatch>? found) => expected switch
    {
        null => actual is null || Differs(path, "nothing", actual, found),
        JsonObject map when CelExpression.Of(map) is { } expression => ExpressionMatcher.Compare(expression, actual, scope, path, found),
        JsonObject map => CompareMaps(map, actual, schema, scope, path, found),
        JsonArray { Count: 0 } => actual is null or JsonArray { Count: 0 } || Differs(path, "an empty list", actual, found),
        JsonArray list => actual is JsonArray there ? new ListMatcher(list, there, schema?.Element, schema?.Keys ?? [], scope).Match(path, found) : Differs(path, ValueText.Show(list), actual, found),
        JsonValue value => ScalarMatcher.Same(value, actual as JsonValue, schema?.Kind ?? ValueKind.Any) || ScalarDiffers(path, value, actual, found),
        _ => throw new NotSupportedException($"an expected {expected.GetType().Name}"),
    };

    private static bool CompareMaps(JsonObject expected, JsonNode? actual, ValueSchema? schema, MatchScope scope, MatchPath? path, List<Mismatch>? found)
    {
        var entries = expected.Where(entry => !IsForKontrakt(path, entry.Key)).ToList();
        if (entries.Count == 0 && expected.Count > 0)
            return true;
        // A status without anything in it may be left out as a whole.
        if (actual is null && scope.InDoubt && path is { Parent: null })
            actual = new JsonObject();
        if (actual is not JsonObject map)
            return Differs(path, ValueText.Show(new JsonObject(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())))), actual, found);
        var same = true;
        foreach (var (key, value) in entries)
        {
            var place = new MatchPath(path, key);
            if (Compare(value, map[key], schema?.Field(key), scope, place, found) || (scope.InDoubt && map[key] is null && MayBeOmitted(value, schema, scope, place)))
                continue;
            same = false;
            if (found is null)
                break;
        }
        return same;
    }

    private static bool MayBeOmitted(JsonNode? expected, ValueSchema? parent, MatchScope scope, MatchPath place)
    {
        if (OmittedField.Of(expected, parent, scope, place) is not { } doubt)
            return false;
        scope.Doubts.Add(doubt);
        return true;
    }

    /// <summary>How long an assertion may take is for Kontrakt; no object has it.</summary>
    private static bool IsForKontrakt(MatchPath? path, string key) =>
        key == KontraktAnnotations.Timeout && path is { Step: "annotations", Parent: { Step: "metadata", Parent: null } };

    private static bool ScalarDiffers(MatchPath? path, JsonValue expected, JsonNode? actual, List<Mismatch>? found)
    {
        if (found is null || TextDifference.Between(expected, actual) is not { } difference)
            return Differs(path, ValueText.Show(expected), actual, found);
        found.Add(new(MatchPath.Steps(path), difference.Expected, difference.Actual));
        return false;
    }

    private static bool Differs(MatchPath? path, string expected, JsonNode? actual, List<Mismatch>? found)
    {
        found?.Add(new(MatchPath.Steps(path), expected, ValueText.Show(actual)));
        return false;
    }
}

/// <summary>A place where an object is not as expected.</summary>
/// <param name="Path">Keys and indexes in the expected object.</param>
/// <param name="Expected">The expected value, as JSON.</param>
/// <param name="Actual">What exists, as JSON or in words.</param>
public sealed record Mismatch(IReadOnlyList<object> Path, string Expected, string Actual)
{
    /// <summary>Such as spec.containers[0].image.</summary>
    public string PathText => string.Concat(Path.Select((step, i) => step is int index ? $"[{index}]" : i == 0 ? $"{step}" : $".{step}"));

    public override string ToString() => $"{PathText}: expected {Expected}, actual {Actual}";
}

/// <summary>Where a comparison is, in the expected object. The root is null; a list only once there is something to say.</summary>
internal sealed record MatchPath(MatchPath? Parent, object Step)
{
    public static IReadOnlyList<object> Steps(MatchPath? path)
    {
        var steps = new List<object>();
        for (; path is not null; path = path.Parent)
            steps.Add(path.Step);
        steps.Reverse();
        return steps;
    }
}

/// <summary>What expressions know and leave, while one object is compared.</summary>
/// <param name="Whole">The object.</param>
internal sealed record MatchScope(JsonNode? Whole)
{
    /// <summary>Whether what cannot be decided counts as so: does anything else not match?</summary>
    public bool InDoubt { get; init; }

    /// <summary>Whether messages show no value of it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What expressions outside of lists were true of.</summary>
    public List<(IReadOnlyList<object> Path, JsonNode? Actual)> Held { get; } = [];

    /// <summary>What counted as so.</summary>
    public List<MatchDoubt> Doubts { get; } = [];
}

/// <summary>An expected value of which it is not known whether it is so.</summary>
/// <param name="Expression">Null for a plain value.</param>
/// <param name="Expected">The value or expression, as an expression is written.</param>
/// <param name="Reason">Why the expression has no value; null: the field is absent, and may have been left out.</param>
internal sealed record MatchDoubt(MatchPath? Path, CelExpression? Expression, string Expected, string? Reason);
