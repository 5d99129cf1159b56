using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>A field that an expression asks for, and that the schema of its value does not have.</summary>
/// <param name="Offset">Where its name is in the expression, from 0.</param>
/// <param name="Path">From the object, with [] for elements: spec.containers[].imagee.</param>
/// <param name="Suggestion">The known field that is written most alike; null when none is.</param>
public sealed record CelUnknownField(int Offset, string Path, string? Suggestion);

/// <summary>
/// Follows a server's schema through an expression. A misspelt field is never present, so has(), "in" and filter() with it would decide without a look
/// at the object. What the schema does not say, and what dyn() gives, may have any field.
/// </summary>
internal sealed class CelFields
{
    private readonly List<CelUnknownField> found = [];
    private readonly Dictionary<string, Typed?> variables = new(StringComparer.Ordinal);

    /// <param name="self">Of the value at the expression's place.</param>
    /// <param name="path">That place, from the object.</param>
    /// <param name="whole">Of the object.</param>
    public static IReadOnlyList<CelUnknownField> Unknown(CelNode root, ValueSchema self, string path, ValueSchema whole)
    {
        var fields = new CelFields();
        (fields.variables["self"], fields.variables["object"]) = (new(self, path), new(whole, ""));
        fields.Check(root);
        return fields.found;
    }

    /// <summary>What is known of a part's value; null: nothing.</summary>
    private Typed? Check(CelNode node)
    {
        switch (node)
        {
            case CelIdentifier identifier:
                return variables.GetValueOrDefault(identifier.Name);
            case CelSelect select:
                return Field(Check(select.Target), select.Field, select.End - select.Field.Length);
            case CelHas has:
                Field(Check(has.Target), has.Field, has.At);
                return null;
            case CelCall { Function: "[]", Arguments: [var target, CelLiteral { Value: string name } literal] }:
                return Field(Check(target), name, literal.Start);
            case CelCall { Function: "[]", Arguments: [var target, var index] }:
                Check(index);
                return Element(Check(target));
            case CelCall { Function: "in", Arguments: [CelLiteral { Value: string name } literal, var target] }:
                Field(Check(target), name, literal.Start);
                return null;
            case CelComprehension comprehension:
                return Comprehension(comprehension);
            case CelConditional conditional:
                Check(conditional.Condition);
                return (Check(conditional.Then), Check(conditional.Else)) is ({ } then, { } otherwise) && then.Path == otherwise.Path ? then : null;
            default:
                foreach (var part in CelNodes.Below(node))
                    Check(part);
                return null;
        }
    }

    private Typed? Field(Typed? target, string name, int offset)
    {
        if (target is not { Schema: { Kind: ValueKind.Object or ValueKind.Map } schema })
            return null;
        var path = target.Path.Length == 0 ? name : $"{target.Path}.{name}";
        if (schema.Field(name) is { } field)
            return new(field, path);
        if (!schema.IsOpen && !(schema.IsEmbeddedResource && name is "apiVersion" or "kind" or "metadata"))
            found.Add(new(offset, path, NearestName.Of(name, schema.Declared.Keys)));
        return null;
    }

    private static Typed? Element(Typed? target) => target is { Item: { } item } ? item : target is { Schema: { Kind: ValueKind.List or ValueKind.Map, Element: { } element } } ? new(element, target.Path + "[]") : null;

    private Typed? Comprehension(CelComprehension node)
    {
        var target = Check(node.Target);
        foreach (var variable in node.Variables)
            variables[variable] = null;
        // Of a map the first, or only, variable is the key; of two the second is the element.
        if (node.Variables.Count == 2 || target?.Schema.Kind == ValueKind.List)
            variables[node.Variables[^1]] = Element(target);
        if (node.Filter is not null)
            Check(node.Filter);
        var step = Check(node.Step);
        foreach (var variable in node.Variables)
            variables.Remove(variable);
        if (node.Macro == CelMacro.Map)
            return step is null || target is null ? null : new(target.Schema, target.Path, step);
        return node.Macro == CelMacro.Filter && target?.Schema.Kind == ValueKind.List ? target : null;
    }

    /// <param name="Item">Of a list that map() made: what its elements are.</param>
    private sealed record Typed(ValueSchema Schema, string Path, Typed? Item = null);
}
