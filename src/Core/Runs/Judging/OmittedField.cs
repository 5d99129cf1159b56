using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs;

/// <summary>
/// Kubernetes leaves out many fields that are 0, false or empty. Whether an absent one is such a field, or has no value at all, is known to nobody here:
/// what is expected to be so, or is so of such a value, may be so of the absent field.
/// </summary>
internal static class OmittedField
{
    /// <summary>The doubt whether an absent field is as expected; null where it surely is not.</summary>
    /// <param name="parent">Of the mapping that does not have the field.</param>
    /// <param name="path">Of the field.</param>
    public static MatchDoubt? Of(JsonNode? expected, ValueSchema? parent, MatchScope scope, MatchPath path) => expected switch
    {
        _ when HasKeysOfUsers(parent, path.Parent) => null,
        JsonObject map when CelExpression.Of(map) is { } expression => MayHold(expression, scope.Whole) ? new(path, expression, $"({expression.Text})", null) : null,
        JsonValue value when IsZero(value) => new(path, null, $"self == {value.ToJsonString()}", null),
        _ => null,
    };

    /// <summary>Labels and the like: nothing leaves out one of their keys, whatever its value.</summary>
    private static bool HasKeysOfUsers(ValueSchema? schema, MatchPath? path) =>
        schema?.Kind == ValueKind.Map || path is { Step: "labels" or "annotations", Parent: { Step: "metadata", Parent: null } };

    private static bool MayHold(CelExpression expression, JsonNode? whole) =>
        expression.Evaluate(null, whole).Outcome == CelOutcome.Absent
        && new JsonNode[] { 0, "", false, new JsonArray(), new JsonObject() }.Any(zero => expression.Evaluate(zero, whole).Outcome == CelOutcome.True);

    public static bool IsZero(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.False => true,
        JsonValueKind.String => value.ToString().Length == 0,
        JsonValueKind.Number => decimal.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == 0,
        _ => false,
    };
}
