using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs;

/// <summary>
/// Which elements of a list can match an expected one at all: an expected scalar, or a scalar field of an expected object, is looked up, so that
/// long lists are not compared each with each.
/// </summary>
/// <param name="inDoubt">Whether an element without a field may be one that leaves it out.</param>
internal sealed class ElementIndex(JsonArray actual, ValueSchema? schema, bool inDoubt)
{
    /// <summary>Shorter lists are compared as fast as they are looked up.</summary>
    private const int Few = 16;

    /// <summary>Elements that are scalars have no field of their own.</summary>
    private const string Itself = "";

    private readonly Dictionary<string, Dictionary<object, List<int>>> _places = new(StringComparer.Ordinal);

    /// <summary>Beginning with the one at the same place: lists mostly come in the order in which they are written.</summary>
    public IEnumerable<int> Candidates(int place, JsonNode? expected)
    {
        if (place < actual.Count)
            yield return place;
        foreach (var other in Others(expected))
            if (other != place)
                yield return other;
    }

    private IEnumerable<int> Others(JsonNode? expected)
    {
        if (actual.Count < Few)
            return Enumerable.Range(0, actual.Count);
        var found = expected switch
        {
            // An expression can be true of any.
            JsonObject map when CelExpression.Of(map) is not null => null,
            JsonObject map => map.Select(entry => Find(entry.Key, entry.Value, schema?.Field(entry.Key))).OfType<List<int>>().MinBy(places => places.Count),
            JsonValue value => Find(Itself, value, schema),
            _ => null,
        };
        return found ?? Enumerable.Range(0, actual.Count);
    }

    /// <summary>The elements with this value; null where values are not compared by a key.</summary>
    private List<int>? Find(string field, JsonNode? value, ValueSchema? of)
    {
        var kind = of?.Kind ?? ValueKind.Any;
        if (value is not JsonValue scalar || (inDoubt && OmittedField.IsZero(scalar)) || ScalarMatcher.Key(value, kind) is not { } key)
            return null;
        if (!_places.TryGetValue(field, out var places))
            _places[field] = places = Read(field, kind);
        return places.GetValueOrDefault(key) ?? [];
    }

    private Dictionary<object, List<int>> Read(string field, ValueKind kind)
    {
        var places = new Dictionary<object, List<int>>();
        for (var j = 0; j < actual.Count; j++)
        {
            if (ScalarMatcher.Key(field == Itself ? actual[j] as JsonValue : (actual[j] as JsonObject)?[field] as JsonValue, kind) is not { } key)
                continue;
            if (!places.TryGetValue(key, out var same))
                places[key] = same = [];
            same.Add(j);
        }
        return places;
    }
}
