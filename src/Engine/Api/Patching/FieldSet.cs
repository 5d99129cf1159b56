using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>
/// A set of fields of an object. A step to a field is written as FieldsV1 does (see <see cref="PathStep"/>), and that text is its identity.
/// A field is in the set, or something below it, or both.
/// </summary>
internal sealed class FieldSet
{
    private const string Itself = ".";

    private readonly SortedSet<string> members = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FieldSet> below = new(StringComparer.Ordinal);

    public bool IsEmpty => members.Count == 0 && below.Count == 0;

    public bool Has(string step) => members.Contains(step);

    /// <summary>What of the set is below a field; null for nothing.</summary>
    public FieldSet? Below(string step) => below.GetValueOrDefault(step);

    public void Add(params ReadOnlySpan<string> path)
    {
        if (path.Length == 1)
            members.Add(path[0]);
        else if (path.Length > 1)
        {
            if (!below.TryGetValue(path[0], out var next))
                below[path[0]] = next = new();
            next.Add(path[1..]);
        }
    }

    public FieldSet Union(FieldSet other) => Combine(other, (here, there) => here || there, (here, there) => (here ?? Empty).Union(there ?? Empty));

    public FieldSet Intersection(FieldSet other) =>
        Combine(other, (here, there) => here && there, (here, there) => here is null || there is null ? Empty : here.Intersection(there));

    /// <summary>Without the fields of the other set; what is below those stays.</summary>
    public FieldSet Difference(FieldSet other) => Combine(other, (here, there) => here && !there, (here, there) => (here ?? Empty).Difference(there ?? Empty));

    /// <summary>Without a field and all that is below it.</summary>
    public FieldSet Without(string step)
    {
        var result = Union(Empty);
        result.members.Remove(step);
        result.below.Remove(step);
        return result;
    }

    /// <summary>With the declared fields that lead to those of the set: who owns a.b.c owns the field a, but not a key of a map.</summary>
    public FieldSet WithNamedFields(Shape shape)
    {
        var result = new FieldSet();
        result.members.UnionWith(members);
        foreach (var (step, rest) in below)
        {
            if (shape.Type is not null && !rest.IsEmpty)
                result.members.Add(step);
            result.below[step] = PathStep.ShapeBelow(shape, step) is { } next ? rest.WithNamedFields(next) : rest;
        }
        return result;
    }

    /// <summary>Every field, each as its steps.</summary>
    public IEnumerable<IReadOnlyList<string>> Paths() =>
        members.Select(step => (IReadOnlyList<string>)[step]).Concat(below.SelectMany(pair => pair.Value.Paths().Select(path => (IReadOnlyList<string>)[pair.Key, .. path])));

    /// <summary>As metadata.managedFields[].fieldsV1 has it.</summary>
    public JsonObject ToJson(bool itself = false)
    {
        var json = new JsonObject();
        if (itself)
            json[Itself] = new JsonObject();
        foreach (var step in members.Union(below.Keys).Order(StringComparer.Ordinal))
            json[step] = below.TryGetValue(step, out var rest) && !rest.IsEmpty ? rest.ToJson(members.Contains(step)) : new JsonObject();
        return json;
    }

    public static FieldSet FromJson(JsonObject json)
    {
        var set = new FieldSet();
        foreach (var (step, value) in json)
        {
            // Clients may write anything here.
            if (!PathStep.IsValid(step))
                continue;
            var rest = value as JsonObject ?? [];
            if (rest.Count == 0 || rest.ContainsKey(Itself))
                set.members.Add(step);
            if (FromJson(rest) is { IsEmpty: false } children)
                set.below[step] = children;
        }
        return set;
    }

    public bool SetEquals(FieldSet other) => JsonNode.DeepEquals(ToJson(), other.ToJson());

    private static FieldSet Empty => new();

    private FieldSet Combine(FieldSet other, Func<bool, bool, bool> member, Func<FieldSet?, FieldSet?, FieldSet> children)
    {
        var result = new FieldSet();
        foreach (var step in members.Concat(other.members))
            if (member(members.Contains(step), other.members.Contains(step)))
                result.members.Add(step);
        foreach (var step in below.Keys.Union(other.below.Keys))
            if (children(Below(step), other.Below(step)) is { IsEmpty: false } rest)
                result.below[step] = rest;
        return result;
    }
}
