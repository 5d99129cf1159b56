using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

/// <summary>Checks of single fields.</summary>
internal static class Checks
{
    public static void Name(this Faults faults, JsonObject? map, string field, Place place, Func<string, string?> form, bool required = true)
    {
        var text = map.Text(field);
        if (text.Length > 0)
        {
            if (form(text) is { } wrong)
                faults.Invalid(place.Field(field), text, wrong);
        }
        else if (required)
            faults.Required(place.Field(field));
    }

    public static void AtLeast(this Faults faults, JsonObject? map, string field, Place place, long least = 0)
    {
        if (map.Number(field) is { } number && number < least)
            faults.Invalid(place.Field(field), number, $"must be greater than or equal to {least}");
    }

    public static void PortNumber(this Faults faults, JsonObject? map, string field, Place place)
    {
        if (map.Number(field) is { } number and (< 1 or > 65535))
            faults.Invalid(place.Field(field), number, "must be between 1 and 65535, inclusive");
    }

    /// <summary>A number or name of a port.</summary>
    public static void PortReference(this Faults faults, JsonObject? map, string field, Place place)
    {
        if (map?[field] is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            if (map.Text(field) is var name && (name.Length == 0 ? "must contain at least one letter (a-z)" : Names.Port(name)) is { } wrong)
                faults.Invalid(place.Field(field), name, wrong);
        }
        else if (map.Has(field))
            faults.PortNumber(map, field, place);
        else
            faults.Required(place.Field(field));
    }

    /// <summary>A path that stays below where it starts.</summary>
    public static void LocalPath(this Faults faults, JsonObject map, string field, Place place, bool required = true)
    {
        var path = map.Text(field);
        if (path.Length == 0 && required)
            faults.Required(place.Field(field));
        else if (path.StartsWith('/'))
            faults.Invalid(place.Field(field), path, "must be a relative path");
        else if (path.Split('/').Contains(".."))
            faults.Invalid(place.Field(field), path, "must not contain '..'");
    }

    public static void Labels(this Faults faults, JsonObject? labels, Place place)
    {
        foreach (var (key, value) in labels ?? [])
        {
            if (Names.Qualified(key) is { } wrong)
                faults.Invalid(place, key, wrong);
            if (value?.ToString() is { } text && Names.LabelValue(text) is { } unfit)
                faults.Invalid(place, text, unfit);
        }
    }

    /// <summary>Each element that has the value of one before it.</summary>
    public static void Unique(this Faults faults, JsonObject? map, string list, string field, Place place)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, at) in map.Indexed(list, place))
            if (item.Text(field) is { Length: > 0 } text && !seen.Add(text))
                faults.Duplicate(at.Field(field), text);
    }

    /// <summary>The objects of a list, each with its place.</summary>
    public static IEnumerable<(JsonObject Item, Place Place)> Indexed(this JsonObject? map, string list, Place place) =>
        map.Each(list).Select((item, index) => (item, place.Field(list).At(index)));

    /// <summary>A field that never changes.</summary>
    public static void Fixed(this Faults faults, JsonObject? before, JsonObject? after, string field, Place? within = null, string why = "field is immutable")
    {
        if (!JsonNode.DeepEquals(before?[field], after?[field]))
            faults.Invalid((within ?? Place.Root).Field(field), after?[field], why);
    }

    /// <returns>null where it is not one.</returns>
    public static IPAddress? Address(this Faults faults, string text, Place place)
    {
        if (IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) || text.Split('.').Length == 4))
            return address;
        faults.Invalid(place, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        return null;
    }
}
