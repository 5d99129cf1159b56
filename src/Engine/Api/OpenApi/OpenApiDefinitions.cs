using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;

namespace Kontrakt.Engine.Api.OpenApi;

/// <summary>The types of the schema as definitions of an OpenAPI document.</summary>
internal static class OpenApiDefinitions
{
    public const string Reference = "#/definitions/";
    private const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    public const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    public static JsonObject All(IEnumerable<ServedKind> custom)
    {
        var all = new JsonObject
        {
            [Quantity] = new JsonObject { ["type"] = "string" },
            [IntOrString] = new JsonObject { ["type"] = "string", ["format"] = "int-or-string" },
            [Meta + "Time"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            [Meta + "MicroTime"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            [Meta + "FieldsV1"] = new JsonObject { ["type"] = "object" },
        };
        foreach (var type in KubernetesSchema.Types.Values)
            all[type.ToString()] = Definition(type);
        foreach (var kind in custom)
            if (kind.Schema is CustomSchema schema)
                all[CustomDefinition.Name(kind.Resource)] = CustomDefinition.Write(kind.Resource, schema);
        return all;
    }

    public static JsonObject GroupVersionKind(string apiVersion, string kind)
    {
        var named = Kubernetes.Objects.GroupVersionKind.From(apiVersion, kind);
        return new() { ["group"] = named.Group, ["kind"] = named.Kind, ["version"] = named.Version };
    }

    private static JsonObject Definition(ObjectType type)
    {
        var definition = new JsonObject { ["type"] = "object" };
        var required = type.Fields.Values.Where(field => field.Required).Select(field => JsonValue.Create(field.Name)).ToArray();
        if (required.Length > 0)
            definition["required"] = new JsonArray([.. required]);
        var properties = new JsonObject();
        foreach (var field in type.Fields.Values)
            properties[field.Name] = Property(field.Shape);
        definition["properties"] = properties;
        if (type.ApiVersion is { } apiVersion)
            definition["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(apiVersion, type.Name));
        if (type.Atomic)
            definition["x-kubernetes-map-type"] = "atomic";
        return definition;
    }

    private static JsonObject Property(Shape shape)
    {
        var property = Value(shape);
        if (shape.Kind == ShapeKind.List)
        {
            property["x-kubernetes-list-type"] = shape.Atomic ? "atomic" : shape.Keys.Count > 0 ? "map" : "set";
            if (shape.Keys.Count > 0)
                property["x-kubernetes-list-map-keys"] = new JsonArray([.. shape.Keys.Select(key => JsonValue.Create(key))]);
        }
        else if (shape is { Kind: ShapeKind.Map, Atomic: true })
            property["x-kubernetes-map-type"] = "atomic";
        if (shape.MergeKey is { } key)
            property["x-kubernetes-patch-merge-key"] = key;
        var strategies = ((string?[])[shape.Merges ? "merge" : null, shape.RetainsKeys ? "retainKeys" : null]).Where(strategy => strategy is not null);
        if (string.Join(',', strategies) is { Length: > 0 } text)
            property["x-kubernetes-patch-strategy"] = text;
        return property;
    }

    private static JsonObject Value(Shape shape) => shape.Kind switch
    {
        ShapeKind.Object => Refer(shape.Type?.ToString() ?? ""),
        ShapeKind.List when shape.Element is { } element => new() { ["type"] = "array", ["items"] = Value(element) },
        ShapeKind.Map when shape.Element is { } element => new() { ["type"] = "object", ["additionalProperties"] = Value(element) },
        ShapeKind.Boolean => new() { ["type"] = "boolean" },
        ShapeKind.Int32 => new() { ["type"] = "integer", ["format"] = "int32" },
        ShapeKind.Int64 => new() { ["type"] = "integer", ["format"] = "int64" },
        ShapeKind.Number => new() { ["type"] = "number", ["format"] = "double" },
        ShapeKind.Bytes => new() { ["type"] = "string", ["format"] = "byte" },
        ShapeKind.Quantity => Refer(Quantity),
        ShapeKind.IntOrString => Refer(IntOrString),
        ShapeKind.Time => Refer(Meta + "Time"),
        ShapeKind.MicroTime => Refer(Meta + "MicroTime"),
        ShapeKind.Any => Refer(Meta + "FieldsV1"),
        _ => new() { ["type"] = "string" },
    };

    private static JsonObject Refer(string definition) => new() { ["$ref"] = Reference + definition };
}
