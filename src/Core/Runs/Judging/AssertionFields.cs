using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Holds an assertion to its kind's schema, as a part of an object: what no object can have is a mistake, and an *.error.yaml with it would always pass.</summary>
internal sealed class AssertionFields(Manifest assertion, ValueSchema whole)
{
    private readonly List<Diagnostic> _found = [];

    public static IReadOnlyList<Diagnostic> Check(Manifest assertion, ValueSchema schema)
    {
        var fields = new AssertionFields(assertion, schema);
        fields.Check(assertion.Object.Json, schema, []);
        return fields._found;
    }

    private void Check(JsonNode? node, ValueSchema schema, IReadOnlyList<object> path)
    {
        if (node is null)
            return;
        if (CelExpression.Of(node) is { } expression)
        {
            CheckExpression(expression, schema, path);
            return;
        }
        switch (schema.Kind, node)
        {
            case (ValueKind.Object or ValueKind.Map or ValueKind.Any, JsonObject map):
                CheckFields(map, schema, path);
                break;
            case (ValueKind.List, JsonArray list):
                foreach (var (index, item) in list.Index())
                    if (schema.Element is { } element)
                        Check(item, element, [.. path, index]);
                break;
            default:
                if (Problem(schema, node) is { } problem)
                    _found.Add(Ktr.AssertionValue.At(assertion.Locate([.. path]), FieldPath.Format(path), assertion.Object.Kind, problem + Given(schema.Kind, node), Consequence));
                break;
        }
    }

    private void CheckFields(JsonObject map, ValueSchema schema, IReadOnlyList<object> path)
    {
        foreach (var (key, value) in map)
        {
            IReadOnlyList<object> below = [.. path, key];
            if (schema.Field(key) is { } field)
                Check(value, field, below);
            else if (!schema.IsOpen && !(schema.IsEmbeddedResource && key is "apiVersion" or "kind" or "metadata"))
                _found.Add(Ktr.AssertionField.At(assertion.LocateKey(below), assertion.Object.Kind,
                    FieldPath.Format(below) + (NearestName.Of(key, schema.Declared.Keys) is { } near ? $" (did you mean '{near}'?)" : ""), Consequence));
        }
    }

    /// <summary>Its grammar and its types were checked as the file was read.</summary>
    private void CheckExpression(CelExpression expression, ValueSchema schema, IReadOnlyList<object> path)
    {
        foreach (var field in expression.UnknownFields(schema, FieldPath.Format(path), whole))
            _found.Add(Ktr.AssertionField.At(ExpressionPlace.Locate(assertion, path, field.Offset), assertion.Object.Kind,
                field.Path + (field.Suggestion is { } near ? $" (did you mean '{near}'?)" : ""), "this expression asks for what no object has"));
    }

    /// <summary>What a value must be, where it is not; null where it is.</summary>
    private static string? Problem(ValueSchema schema, JsonNode node)
    {
        var (given, text) = (node.GetValueKind(), node is JsonValue ? node.ToString() : "");
        var isText = given == JsonValueKind.String;
        var isNumber = given == JsonValueKind.Number;
        return schema.Kind switch
        {
            ValueKind.Object or ValueKind.Map => "a mapping",
            ValueKind.List => "a list",
            ValueKind.Text when isText && schema.Values.Count > 0 && !schema.Values.Contains(text) => $"one of {string.Join(", ", schema.Values)}",
            ValueKind.Text when !isText => "a text",
            ValueKind.Duration when !isText => "a duration such as 1m30s",
            ValueKind.Bytes when !isText || !Convert.TryFromBase64String(text, new byte[text.Length], out _) => "base64",
            ValueKind.Boolean when given is not (JsonValueKind.True or JsonValueKind.False) => "true or false",
            ValueKind.Integer when !isNumber || !IsWhole(text) => "a whole number",
            ValueKind.Number when !isNumber => "a number",
            ValueKind.Quantity when !(isText || isNumber) || !Quantity.TryParse(text, out _) => "a quantity such as 500m or 1Gi",
            ValueKind.IntOrString when !(isText || isNumber) => "a number or a text",
            // Servers take more forms of a custom resource's time than the one they write.
            ValueKind.Time when !isText || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => "a time such as 2026-11-30T08:57:33Z",
            _ => null,
        };
    }

    private static bool IsWhole(string number) => decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value == decimal.Truncate(value);

    /// <summary>What a Secret holds is not shown.</summary>
    private string Given(ValueKind kind, JsonNode node)
    {
        var shown = assertion.Object is { Kind: "Secret", ApiVersion: "v1" } ? "" : $", and here it is {ValueText.Show(node)}";
        return shown + (kind == ValueKind.Text && node is JsonValue && node.GetValueKind() != JsonValueKind.String ? " (put it in quotes)" : "");
    }

    private string Consequence => assertion.Role == ManifestRole.Error ? "nothing could ever match this assertion, and it would always pass" : "this assertion could never hold";
}
