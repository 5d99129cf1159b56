using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>How many of a number of pods: a number, or percents of it.</summary>
internal static class RolloutAmount
{
    /// <returns>The number, or the number of percents; null for neither.</returns>
    public static long? Check(JsonObject map, string field, Place place, Faults faults)
    {
        faults.AtLeast(map, field, place);
        if (map[field] is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            return map.Number(field);
        var text = map.Text(field);
        if (text.EndsWith('%') && long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
            return percent;
        faults.Invalid(place.Field(field), text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        return null;
    }

    /// <param name="total">What percents are of.</param>
    public static long Of(JsonNode? value, long total, Func<double, double> round)
    {
        var text = value?.ToString() ?? "";
        return text.EndsWith('%') && double.TryParse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture, out var percent)
            ? (long)round(percent * total / 100)
            : KubernetesObject.Number(value);
    }
}
