using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Runs;

/// <summary>A place where an object is not as expected.</summary>
/// <param name="Path">Keys and indexes in the expected object.</param>
/// <param name="Expected">The expected value, as JSON.</param>
/// <param name="Actual">What is there, as JSON or in words.</param>
public sealed record Mismatch(IReadOnlyList<object> Path, string Expected, string Actual)
{
    /// <summary>Such as spec.containers[0].image.</summary>
    public string PathText => string.Concat(Path.Select((step, i) => step is int index ? $"[{index}]" : i == 0 ? $"{step}" : $".{step}"));

    public override string ToString() => $"{PathText}: expected {Expected}, actual {Actual}";
}

/// <summary>
/// Partial match: what the expected object names must be so, the rest is free. A null or an empty list is expected to be absent or empty. Lists are
/// unordered subsets: each expected element needs a partner of its own. Scalars are equal only with their type (1 is not "1"), but for
/// resource quantities, which are compared by their amount.
/// </summary>
public static class ObjectMatcher
{
    /// <summary>Everything that differs; empty when it matches.</summary>
    public static IReadOnlyList<Mismatch> Match(JsonObject expected, JsonNode? actual)
    {
        var mismatches = new List<Mismatch>();
        Compare(expected, actual, [], mismatches);
        return mismatches;
    }

    private static void Compare(JsonNode? expected, JsonNode? actual, IReadOnlyList<object> path, List<Mismatch> mismatches)
    {
        switch (expected)
        {
            case null when actual is not null:
                mismatches.Add(new(path, "nothing", ListMatcher.Show(actual)));
                break;
            case JsonObject map:
                CompareMaps(map, actual, path, mismatches);
                break;
            case JsonArray { Count: 0 } when actual is JsonArray { Count: > 0 } or not (null or JsonArray):
                mismatches.Add(new(path, "an empty list", ListMatcher.Show(actual)));
                break;
            case JsonArray list when list.Count > 0:
                if (actual is JsonArray actualList)
                    mismatches.AddRange(ListMatcher.Match(list, actualList, path, Differences));
                else
                    mismatches.Add(new(path, ListMatcher.Show(list), ListMatcher.Show(actual)));
                break;
            case JsonValue value when !SameScalar(value, actual, path):
                mismatches.Add(new(path, ListMatcher.Show(value), ListMatcher.Show(actual)));
                break;
        }
    }

    private static List<Mismatch> Differences(JsonNode? expected, JsonNode? actual, IReadOnlyList<object> path)
    {
        var mismatches = new List<Mismatch>();
        Compare(expected, actual, path, mismatches);
        return mismatches;
    }

    private static void CompareMaps(JsonObject expected, JsonNode? actual, IReadOnlyList<object> path, List<Mismatch> mismatches)
    {
        if (actual is not JsonObject map)
        {
            mismatches.Add(new(path, ListMatcher.Show(expected), ListMatcher.Show(actual)));
            return;
        }
        foreach (var (key, value) in expected)
            Compare(value, map[key], [.. path, key], mismatches);
    }

    private static bool SameScalar(JsonValue expected, JsonNode? actual, IReadOnlyList<object> path)
    {
        if (actual is not JsonValue value)
            return false;
        if (IsQuantity(path) && Quantity.TryParse(expected.ToString(), out var wanted) && Quantity.TryParse(value.ToString(), out var found))
            return wanted == found;
        var (expectedKind, actualKind) = (expected.GetValueKind(), value.GetValueKind());
        if (expectedKind != actualKind)
            return false;
        return expectedKind != JsonValueKind.Number
            ? expected.ToString() == value.ToString()
            : decimal.TryParse(expected.ToString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var a)
                && decimal.TryParse(value.ToString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var b)
                ? a == b : expected.ToString() == value.ToString();
    }

    /// <summary>The API server writes quantities in a form of its own (1000m becomes "1").</summary>
    private static bool IsQuantity(IReadOnlyList<object> path) =>
        path.Count > 1 && path[^2] is "requests" or "limits" or "capacity" or "allocatable" or "hard" or "used" or "max" or "min" or "default" or "defaultRequest";
}
