using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;

namespace Kontrakt.Engine.Resources;

/// <summary>The schema of a version of a custom kind.</summary>
internal sealed class CustomSchema(StructuralSchema root) : KindSchema
{
    private static readonly HashSet<string> Always = ["apiVersion", "kind", "metadata"];
    private readonly Lazy<Shape> shape = new(() => CustomShapes.OfObject(root, isResource: true));

    public StructuralSchema Root => root;

    public override Shape Shape => shape.Value;
    public override bool HasMessages => false;
    public override bool HasStrategicMerge => false;

    /// <summary>Fields that the schema does not have are dropped, and what is null where nothing may be.</summary>
    public override JsonObject Read(JsonObject value, DecodingFaults faults, IReadOnlyList<Place> duplicates)
    {
        foreach (var place in duplicates)
            faults.Duplicate(place);
        var read = Map(value, root, Place.Root, faults, isResource: true);
        read["metadata"] = Metadata(value["metadata"], Place.Of("metadata"), faults);
        return read;
    }

    private static JsonNode? Value(JsonNode? value, StructuralSchema? schema, Place place, DecodingFaults faults) => value switch
    {
        JsonObject map => Map(map, schema, place, faults, schema is { IsEmbedded: true }),
        JsonArray list => new JsonArray([.. list.Select((item, index) => Value(item, schema is { Items: null, IsOpen: true } ? schema : schema?.Items, place.At(index), faults))]),
        _ => value?.DeepClone(),
    };

    private static JsonObject Map(JsonObject map, StructuralSchema? schema, Place place, DecodingFaults faults, bool isResource)
    {
        var result = new JsonObject();
        foreach (var (name, value) in map)
        {
            var below = place.Field(name);
            if (isResource && Always.Contains(name))
                result[name] = name == "metadata" && place != Place.Root ? Metadata(value, below, faults) : value?.DeepClone();
            else if (schema?.Of(name) is { } known)
            {
                if (value is not null || known.IsNullable)
                    result[name] = Value(value, known, below, faults);
            }
            else if (schema is { IsOpen: true })
                result[name] = value?.DeepClone();
            else
                faults.Unknown(below);
        }
        return result;
    }

    private static JsonObject? Metadata(JsonNode? value, Place place, DecodingFaults faults)
    {
        if (value is null or JsonObject)
            return new ShapeReader(faults).Object(value as JsonObject ?? [], KubernetesSchema.Types["ObjectMeta"].Shape, place);
        faults.Misfit(place, $"json: cannot unmarshal {(value is JsonArray ? "array" : value.GetValueKind() == System.Text.Json.JsonValueKind.String ? "string" : "number")} into Go struct field {place} of type v1.ObjectMeta");
        return null;
    }
}
