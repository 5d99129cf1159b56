using Kontrakt.Engine.Schema;

namespace Kontrakt.Engine.Resources;

/// <summary>A definition's schema as shapes, by which objects are merged and owned field by field, like those of the kinds that are built in.</summary>
internal static class CustomShapes
{
    /// <param name="isResource">With apiVersion, kind and metadata.</param>
    public static Shape OfObject(StructuralSchema schema, bool isResource)
    {
        var type = new ObjectType("", "", schema.IsAtomicMap, null) { IsOpen = schema.IsOpen };
        foreach (var (name, field) in schema.Properties)
            if (!(isResource && name is "apiVersion" or "kind" or "metadata"))
                Add(type, name, Of(field), schema.Required.Contains(name), field);
        if (isResource)
        {
            Add(type, "apiVersion", new(ShapeKind.Text), required: false, null);
            Add(type, "kind", new(ShapeKind.Text), required: false, null);
            Add(type, "metadata", KubernetesSchema.Types["ObjectMeta"].Shape, required: false, null);
        }
        return type.Shape;
    }

    private static void Add(ObjectType type, string name, Shape shape, bool required, StructuralSchema? schema) =>
        type.Add(new(name, shape, required, Optional: true, schema?.Source["default"]?.ToString()));

    private static Shape Of(StructuralSchema schema) => schema.Type switch
    {
        "object" when schema.Additional is { } element => new(ShapeKind.Map) { Element = Of(element), Atomic = schema.IsAtomicMap },
        "object" => OfObject(schema, schema.IsEmbedded),
        "array" => new(ShapeKind.List)
        {
            Element = schema.Items is { } items ? Of(items) : new(ShapeKind.Any),
            Atomic = schema.ListType is not ("set" or "map"),
            Keys = schema.ListType == "map" ? schema.ListKeys : [],
        },
        "string" => new(ShapeKind.Text),
        "boolean" => new(ShapeKind.Boolean),
        "integer" or "number" => new(ShapeKind.Number),
        _ when schema.IsIntOrString => new(ShapeKind.IntOrString),
        _ => new(ShapeKind.Deduced),
    };
}
