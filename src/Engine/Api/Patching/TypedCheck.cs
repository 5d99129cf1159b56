using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>Holds what is applied to the schema: unknown fields, values of another sort, elements of keyed lists without or with the same key.</summary>
internal sealed class TypedCheck
{
    private readonly List<(string Path, string Message)> faults = [];
    private readonly Stack<string> path = new();

    /// <exception cref="StatusException">400.</exception>
    public static void Check(ServedKind kind, JsonObject applied)
    {
        var check = new TypedCheck();
        check.Map(applied, kind.Schema.Shape);
        if (check.faults.Count == 0)
            return;
        var item = new KubernetesObject(applied);
        var group = kind.Resource.GroupVersionKind;
        var text = new StringBuilder($"failed to create typed patch object ({item.Namespace}/{item.Name}; {group.ApiVersion}, Kind={group.Kind}): ");
        if (check.faults.Count == 1)
            text.Append(check.faults[0].Path).Append(": ").Append(check.faults[0].Message);
        else
            foreach (var (place, message) in check.faults.Prepend(("errors", "")))
                text.Append(message.Length > 0 ? "\n  " : "").Append(place).Append(':').Append(message.Length > 0 ? " " : "").Append(message);
        throw StatusException.BadRequest(text.ToString());
    }

    private void Value(JsonNode? value, Shape shape)
    {
        if (value is null || (shape.OrBoolean && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False) || shape.Kind is ShapeKind.Any or ShapeKind.Deduced)
            return;
        if (shape.Kind == ShapeKind.List && value is JsonArray list)
            List(list, shape);
        else if (shape.Kind is ShapeKind.Object or ShapeKind.Map && value is JsonObject map)
            Map(map, shape);
        else if (Expected(shape.Kind, value.GetValueKind()) is { } expected)
            Fault($"expected {expected}, got {Shown(value)}");
    }

    private void Map(JsonObject map, Shape shape)
    {
        foreach (var (name, value) in map)
        {
            var step = PathStep.Field(name);
            path.Push(step);
            if (PathStep.ShapeBelow(shape, step) is { } below)
                Value(value, below);
            else
                Fault("field not declared in schema");
            path.Pop();
        }
    }

    private void List(JsonArray list, Shape shape)
    {
        if (shape.Element is not { } element)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < list.Count; index++)
        {
            string? problem = null;
            var step = shape.Atomic ? $"[{index}]" : PathStep.Element(shape, list[index], out problem);
            if (step is null)
                Fault($"element {index}: {problem}");
            else if (!seen.Add(step))
                Fault($"duplicate entries for key {PathStep.Show(step)}");
            else
            {
                path.Push(step);
                Value(list[index], element);
                path.Pop();
            }
        }
    }

    private static string? Expected(ShapeKind kind, JsonValueKind given) => (kind, given) switch
    {
        (ShapeKind.Text or ShapeKind.Bytes or ShapeKind.Time or ShapeKind.MicroTime, not JsonValueKind.String) => "string",
        (ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.Number, not JsonValueKind.Number) => "numeric (int or float)",
        (ShapeKind.Boolean, not (JsonValueKind.True or JsonValueKind.False)) => "boolean",
        (ShapeKind.List, _) => "list",
        (ShapeKind.Object or ShapeKind.Map, _) => "map",
        (_, JsonValueKind.Object or JsonValueKind.Array) => "scalar",
        _ => null,
    };

    /// <summary>As Go writes the value that the API server holds.</summary>
    private static string Shown(JsonNode value) => value switch
    {
        JsonObject => "&value.valueUnstructured{Value:map[string]interface {}{...}}",
        JsonArray => "&value.valueUnstructured{Value:[]interface {}{...}}",
        _ => $"&value.valueUnstructured{{Value:{value.ToJsonString()}}}",
    };

    private void Fault(string message)
    {
        if (faults.Count < 100)
            faults.Add((string.Concat(path.Reverse().Select(PathStep.Show)), message));
    }
}
