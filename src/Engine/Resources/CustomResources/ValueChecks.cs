using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Compares values with a definition's schema, in the words that Kubernetes has for custom resources.</summary>
internal static class ValueChecks
{
    public static void Check(JsonNode? value, StructuralSchema schema, Place place, Faults faults)
    {
        CheckType(value, schema, place, faults);
        CheckCombined(value, schema, place, faults);
        switch (value)
        {
            case JsonObject map:
                CheckMap(map, schema, place, faults);
                break;
            case JsonArray list:
                CheckList(list, schema, place, faults);
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.Number:
                CheckNumber(scalar, schema, place, faults);
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                CheckText(scalar.ToString(), schema, place, faults);
                break;
        }
        if (schema.Enumeration is { } values && value is not null && !values.Any(each => IsSame(each, value)))
            faults.NotSupportedInOrder(place, value, values);
    }

    /// <summary>Whether a value fits, where it does not matter why not.</summary>
    public static bool Fits(JsonNode? value, StructuralSchema schema)
    {
        var faults = new Faults();
        Check(value, schema, Place.Root, faults);
        return !faults.Any;
    }

    private static void CheckType(JsonNode? value, StructuralSchema schema, Place place, Faults faults)
    {
        var wanted = schema.IsIntOrString ? "integer,string" : schema.Type;
        var given = TypeOf(value);
        if (wanted.Length == 0 || (value is null && schema.IsNullable) || wanted.Split(',').Contains(given) || (wanted == "number" && given == "integer"))
            return;
        faults.WrongType(place, given, $"{place.Dotted} in body must be of type {wanted}: \"{given}\"");
    }

    private static void CheckCombined(JsonNode? value, StructuralSchema schema, Place place, Faults faults)
    {
        if (schema.AnyOf.Count > 0 && !schema.AnyOf.Any(each => Fits(value, each)))
            Say("must validate at least one schema (anyOf)");
        if (schema.OneOf.Count > 0)
        {
            var fitting = schema.OneOf.Count(each => Fits(value, each));
            if (fitting != 1)
                Say($"must validate one and only one schema (oneOf). Found {(fitting == 0 ? "none valid" : $"{fitting} valid alternatives")}");
        }
        foreach (var each in schema.AllOf)
            Check(value, each, place, faults);
        if (schema.Not is { } not && Fits(value, not))
            Say("must not validate the schema (not)");

        void Say(string what) => faults.Invalid(place, Shown(value), $"\"{place.Dotted}\" {what}");
    }

    private static void CheckMap(JsonObject map, StructuralSchema schema, Place place, Faults faults)
    {
        foreach (var name in schema.Required.Where(name => !map.ContainsKey(name)))
            faults.Required(place.Field(name));
        Most(map.Count, schema, "maxProperties", place, faults);
        if (schema.Source.Number("minProperties") is { } least && map.Count < least)
            faults.Invalid(place, map.Count, $"{place.Dotted} in body should have at least {least} properties");
        foreach (var (name, value) in map)
            if (schema.Of(name) is { } below)
                Check(value, below, place.Field(name), faults);
    }

    private static void CheckList(JsonArray list, StructuralSchema schema, Place place, Faults faults)
    {
        Most(list.Count, schema, "maxItems", place, faults);
        if (schema.Source.Number("minItems") is { } least && list.Count < least)
            faults.Invalid(place, list.Count, $"{place.Dotted} in body should have at least {least} items");
        if (schema.Items is { } items)
            for (var index = 0; index < list.Count; index++)
                Check(list[index], items, place.At(index), faults);
    }

    private static void Most(int count, StructuralSchema schema, string field, Place place, Faults faults)
    {
        if (schema.Source.Number(field) is { } most && count > most)
            faults.TooMany(place, count, most);
    }

    private static void CheckNumber(JsonValue value, StructuralSchema schema, Place place, Faults faults)
    {
        var number = Number(value) ?? 0;
        Bound("minimum", "exclusiveMinimum", (bound, isExclusive) => isExclusive ? number <= bound : number < bound, "greater than");
        Bound("maximum", "exclusiveMaximum", (bound, isExclusive) => isExclusive ? number >= bound : number > bound, "less than");
        if (Number(schema.Source["multipleOf"]) is { } factor && factor != 0 && number / factor is var times && Math.Abs(times - Math.Round(times)) > 1e-9)
            faults.Invalid(place, value.DeepClone(), $"{place.Dotted} in body should be a multiple of {Text(factor)}");

        void Bound(string field, string exclusive, Func<double, bool, bool> isOutside, string words)
        {
            var isExclusive = schema.Source.Flag(exclusive);
            if (Number(schema.Source[field]) is { } bound && isOutside(bound, isExclusive))
                faults.Invalid(place, value.DeepClone(), $"{place.Dotted} in body should be {words} {(isExclusive ? "" : "or equal to ")}{Text(bound)}");
        }
    }

    private static void CheckText(string text, StructuralSchema schema, Place place, Faults faults)
    {
        var length = text.EnumerateRunes().Count();
        if (schema.Source.Number("maxLength") is { } most && length > most)
            faults.TooLong(place, $"may not be more than {most} bytes");
        if (schema.Source.Number("minLength") is { } least && length < least)
            faults.Invalid(place, text, $"{place.Dotted} in body should be at least {least} chars long");
        if (schema.Pattern is { } pattern && !pattern.IsMatch(text))
            faults.Invalid(place, text, $"{place.Dotted} in body should match '{schema.Source.Text("pattern")}'");
        if (!TextFormats.Fits(text, schema.Format))
            faults.Invalid(place, text, $"{place.Dotted} in body must be of type {schema.Format}: {JsonSerializer.Serialize(text, Plain)}");
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static bool IsSame(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(one, other) || (Number(one) is { } first && Number(other) is { } second && first.Equals(second));

    /// <summary>Of a map or list only what it is: values may be long.</summary>
    private static JsonNode? Shown(JsonNode? value) => value is JsonValue ? value.DeepClone() : TypeOf(value);

    private static double? Number(JsonNode? value) => value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.Number
        ? double.Parse(scalar.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string TypeOf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => double.IsInteger(Number(value) ?? 0) ? "integer" : "number",
            _ => "boolean",
        },
    };
}
