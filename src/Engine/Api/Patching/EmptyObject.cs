using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Schema;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>An object before anything was written into it: what is always there, is there.</summary>
internal static class EmptyObject
{
    public static JsonObject Of(Shape shape)
    {
        var result = new JsonObject();
        foreach (var field in shape.Type?.Fields.Values ?? [])
            if (field is { Optional: false, Shape.Kind: ShapeKind.Object })
                result[field.Name] = Of(field.Shape);
            else if (field is { Optional: false, Required: true })
                result[field.Name] = null;
        return result;
    }
}
