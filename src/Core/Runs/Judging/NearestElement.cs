using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs;

/// <summary>Says what an expected element without a partner misses: the differences to the element that is nearest to it.</summary>
/// <param name="free">The places of actual elements that have no partner either.</param>
/// <param name="keys">The fields that tell the elements apart, by the schema.</param>
internal sealed class NearestElement(JsonArray actual, IReadOnlyList<int> free, ValueSchema? schema, IReadOnlyList<string> keys, MatchScope scope)
{
    private const int MostShown = 10;

    /// <summary>What mostly tells elements apart where no schema says so. It only chooses what is shown.</summary>
    private static readonly string[] UsualKeys = ["name", "type", "containerPort", "port", "key", "ip", "mountPath", "devicePath", "uid", "topologyKey", "ipAddress", "host"];

    /// <param name="search">Whether it is worth looking for the nearest.</param>
    public void Explain(JsonNode? expected, MatchPath path, bool search, List<Mismatch> found)
    {
        var own = Keys(expected as JsonObject);
        if (search && expected is JsonObject map && Nearest(map, own, path) is { } nearest)
            found.AddRange(nearest);
        else
            found.Add(new(MatchPath.Steps(path), ValueText.Show(expected), Absence(own)));
    }

    /// <summary>Of those with the same keys, else of all that share something, the one that misses the fewest values; null when there is none.</summary>
    private List<Mismatch>? Nearest(JsonObject expected, List<string> own, MatchPath path)
    {
        var candidates = free.Select(place => actual[place]).OfType<JsonObject>().Where(each => own.All(key => ObjectMatcher.Compare(expected[key], each[key], schema?.Field(key), scope, null, null)));
        var depth = MatchPath.Steps(path).Count;
        var (best, distance) = candidates.Select(each => Differences(expected, each, path)).Select(each => (Differences: each, Distance: each.Sum(Missed))).OrderBy(each => each.Distance).FirstOrDefault();
        return best is not null && (own.Count > 0 || free.Count == 1 || distance < Scalars(expected)) ? best : null;

        int Missed(Mismatch mismatch) => Scalars(KubernetesObject.At(expected, [.. mismatch.Path.Skip(depth)]));
    }

    private List<Mismatch> Differences(JsonObject expected, JsonObject there, MatchPath path)
    {
        var differences = new List<Mismatch>();
        ObjectMatcher.Compare(expected, there, schema, scope, path, differences);
        return differences;
    }

    private List<string> Keys(JsonObject? expected)
    {
        if (expected is null)
            return [];
        var own = keys.Where(key => expected[key] is JsonValue).ToList();
        return own.Count > 0 ? own : [.. UsualKeys.Where(key => expected[key] is JsonValue).Take(1)];
    }

    private static int Scalars(JsonNode? node) => node switch
    {
        JsonObject map => map.Sum(entry => Scalars(entry.Value)),
        JsonArray list => list.Sum(Scalars),
        _ => 1,
    };

    /// <summary>"no such element; there are: a, b".</summary>
    private string Absence(List<string> own)
    {
        if (actual.Count == 0)
            return "an empty list";
        var there = string.Join(", ", actual.Take(MostShown).Select(each => own.Count == 0 ? ValueText.Show(each) : string.Join('/', own.Select(key => (each as JsonObject)?[key]?.ToString() ?? "?"))));
        return $"no such element; {(own.Count == 0 ? "there are" : $"by {string.Join('/', own)} there are")}: {there}" + (actual.Count > MostShown ? $" and {actual.Count - MostShown} more" : "");
    }
}
