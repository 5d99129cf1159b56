using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Runs;

/// <summary>Finds a partner for each expected element of a list, or says what comes nearest to one.</summary>
internal static class ListMatcher
{
    /// <summary>What tells the elements of Kubernetes' lists apart; the first that an expected element has is its merge key.</summary>
    private static readonly string[] MergeKeys = ["name", "type", "containerPort", "port", "key", "ip", "mountPath", "devicePath", "uid", "topologyKey", "ipAddress", "host"];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="differences">What differs between an expected and an actual element.</param>
    public static IEnumerable<Mismatch> Match(JsonArray expected, JsonArray actual, IReadOnlyList<object> path, Func<JsonNode?, JsonNode?, IReadOnlyList<object>, List<Mismatch>> differences)
    {
        var fits = new bool[expected.Count, actual.Count];
        for (var i = 0; i < expected.Count; i++)
        {
            for (var j = 0; j < actual.Count; j++)
                fits[i, j] = differences(expected[i], actual[j], path).Count == 0;
        }
        var partners = Pair(fits, expected.Count, actual.Count);
        var free = Enumerable.Range(0, actual.Count).Except(partners).Select(j => actual[j]).ToList();
        for (var i = 0; i < expected.Count; i++)
        {
            if (partners[i] >= 0)
                continue;
            IReadOnlyList<object> place = [.. path, i];
            if (Nearest(expected[i], free, place, differences) is not { } nearest)
                yield return new(place, Show(expected[i]), Absence(expected[i], actual));
            else
            {
                foreach (var mismatch in nearest)
                    yield return mismatch;
            }
        }
    }

    public static string Show(JsonNode? node)
    {
        if (node is null)
            return "nothing";
        var text = node.ToJsonString(Readable);
        return text.Length <= 200 ? text : string.Concat(text.AsSpan(0, 200), " ...");
    }

    /// <summary>The largest pairing of expected with actual elements (augmenting paths); -1 for an element left alone.</summary>
    private static int[] Pair(bool[,] fits, int expected, int actual)
    {
        var taken = Enumerable.Repeat(-1, actual).ToArray();
        for (var i = 0; i < expected; i++)
            Augment(i, new bool[actual]);
        var partners = Enumerable.Repeat(-1, expected).ToArray();
        for (var j = 0; j < actual; j++)
        {
            if (taken[j] >= 0)
                partners[taken[j]] = j;
        }
        return partners;

        bool Augment(int i, bool[] seen)
        {
            for (var j = 0; j < actual; j++)
            {
                if (!fits[i, j] || seen[j])
                    continue;
                seen[j] = true;
                if (taken[j] >= 0 && !Augment(taken[j], seen))
                    continue;
                taken[j] = i;
                return true;
            }
            return false;
        }
    }

    /// <summary>The differences to the nearest element without a partner: one with the same merge key, else one that shares something; null when there is none.</summary>
    private static List<Mismatch>? Nearest(JsonNode? expected, List<JsonNode?> free, IReadOnlyList<object> path, Func<JsonNode?, JsonNode?, IReadOnlyList<object>, List<Mismatch>> differences)
    {
        if (expected is not JsonObject map)
            return null;
        var key = MergeKeys.FirstOrDefault(each => map[each] is JsonValue);
        var wanted = key is null ? null : map[key]?.ToJsonString();
        var candidates = free.OfType<JsonObject>().Where(each => key is null || each[key]?.ToJsonString() == wanted);
        var best = candidates.Select(each => differences(map, each, path)).OrderBy(each => each.Count).FirstOrDefault();
        return best is not null && (key is not null || best.Count < map.Count) ? best : null;
    }

    /// <summary>"no such element; there are: a, b".</summary>
    private static string Absence(JsonNode? expected, JsonArray actual)
    {
        if (actual.Count == 0)
            return "an empty list";
        var key = expected is JsonObject map ? MergeKeys.FirstOrDefault(each => map[each] is JsonValue) : null;
        var there = string.Join(", ", actual.Take(10).Select(each => key is null ? Show(each) : (each as JsonObject)?[key]?.ToString() ?? "?"));
        return $"no such element; {(key is null ? "there are" : $"by {key} there are")}: {there}" + (actual.Count > 10 ? $" and {actual.Count - 10} more" : "");
    }
}
