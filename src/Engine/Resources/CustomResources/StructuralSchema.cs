using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// What a definition says of one value: an OpenAPI schema with Kubernetes' additions. It is read without a look at whether it makes sense
/// (see <see cref="StructuralRules"/>); what is of a wrong sort counts as not given.
/// </summary>
internal sealed class StructuralSchema
{
    private static readonly StructuralSchema Anything = new(new JsonObject { ["x-kubernetes-preserve-unknown-fields"] = true });

    public StructuralSchema(JsonObject source)
    {
        Source = source;
        Type = source.Text("type");
        Format = source.Text("format");
        Properties = (source.Map("properties") ?? []).Where(pair => pair.Value is JsonObject).ToDictionary(pair => pair.Key, pair => new StructuralSchema((JsonObject)(pair.Value ?? new JsonObject())), StringComparer.Ordinal);
        Items = Below("items");
        Additional = Below("additionalProperties") ?? (source.Flag("additionalProperties") ? Anything : null);
        Required = KubernetesObject.Texts(source["required"]);
        (AllOf, AnyOf, OneOf, Not) = (Each("allOf"), Each("anyOf"), Each("oneOf"), Below("not"));
        Pattern = source.Text("pattern") is { Length: > 0 } pattern ? CelPattern.Read(pattern).Regex : null;
        ListKeys = KubernetesObject.Texts(source["x-kubernetes-list-map-keys"]);
        HasDefaultsInside = Parts.Any(below => below.HasDefault || below.HasDefaultsInside);
        Rules = [.. source.Each("x-kubernetes-validations").Select(rule => new SchemaRule(rule))];
        HasRulesInside = Rules.Count > 0 || Parts.Any(below => below.HasRulesInside);
    }

    /// <summary>As it is in the definition.</summary>
    public JsonObject Source { get; }
    /// <summary>object, array, string, integer, number or boolean; "" for any.</summary>
    public string Type { get; }
    public string Format { get; }
    public IReadOnlyDictionary<string, StructuralSchema> Properties { get; }
    /// <summary>Of each element of a list.</summary>
    public StructuralSchema? Items { get; }
    /// <summary>Of each value of a map.</summary>
    public StructuralSchema? Additional { get; }
    public IReadOnlyList<string> Required { get; }
    public IReadOnlyList<StructuralSchema> AllOf { get; }
    public IReadOnlyList<StructuralSchema> AnyOf { get; }
    public IReadOnlyList<StructuralSchema> OneOf { get; }
    public StructuralSchema? Not { get; }
    public Regex? Pattern { get; }
    public IReadOnlyList<string> ListKeys { get; }
    public IReadOnlyList<SchemaRule> Rules { get; }
    public bool HasRulesInside { get; }
    public bool HasDefaultsInside { get; }

    public JsonArray? Enumeration => Source.List("enum");
    public bool HasDefault => Source.Has("default");
    public bool IsNullable => Source.Flag("nullable");
    /// <summary>Fields that it does not have are kept.</summary>
    public bool IsOpen => Source.Flag("x-kubernetes-preserve-unknown-fields");
    /// <summary>A whole object with apiVersion, kind and metadata.</summary>
    public bool IsEmbedded => Source.Flag("x-kubernetes-embedded-resource");
    public bool IsIntOrString => Source.Flag("x-kubernetes-int-or-string");
    /// <summary>atomic, set or map.</summary>
    public string ListType => Source.Text("x-kubernetes-list-type");
    public bool IsAtomicMap => Source.Text("x-kubernetes-map-type") == "atomic";

    /// <summary>Of a field or key; null where it says nothing of it.</summary>
    public StructuralSchema? Of(string field) => Properties.GetValueOrDefault(field) ?? Additional;

    /// <summary>Itself, and all schemas inside it.</summary>
    public IEnumerable<StructuralSchema> All =>
        Parts.SelectMany(below => below.All).Prepend(this);

    private IEnumerable<StructuralSchema> Parts => Properties.Values.Concat(new[] { Items, Additional }.OfType<StructuralSchema>());

    private StructuralSchema? Below(string field) => Source.Map(field) is { } map ? new(map) : null;

    private List<StructuralSchema> Each(string field) => [.. Source.Each(field).Select(map => new StructuralSchema(map))];
}
