using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

/// <summary>Everything that is wrong with one object, in the words of Kubernetes' own validation.</summary>
internal sealed class Faults
{
    private const int Most = 200;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(string Field, string Reason, string Message)> all = [];

    public bool Any => all.Count > 0;

    public void Required(Place place, string detail = "") => Add(place, "FieldValueRequired", "Required value" + Detail(detail));

    public void Forbidden(Place place, string detail) => Add(place, "FieldValueForbidden", "Forbidden" + Detail(detail));

    public void Invalid(Place place, JsonNode? value, string detail) => Add(place, "FieldValueInvalid", $"Invalid value: {Show(value)}{Detail(detail)}");

    public void Duplicate(Place place, JsonNode? value) => Add(place, "FieldValueDuplicate", $"Duplicate value: {Show(value)}");

    /// <summary>The same of an element of a list with keys.</summary>
    public void DuplicateKeys(Place place, JsonObject keys) => Add(place, "FieldValueDuplicate",
        $"Duplicate value: map[string]interface {{}}{{{string.Join(", ", keys.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Show(pair.Key)}:{Show(pair.Value)}"))}}}");

    public void NotFound(Place place, string value) => Add(place, "FieldValueNotFound", $"Not found: {Show(value)}");

    public void NotSupported(Place place, JsonNode? value, IEnumerable<string> supported) => Add(place, "FieldValueNotSupported",
        $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported.Order(StringComparer.Ordinal).Select(each => Show(each)))}");

    /// <summary>The same with the values in the order in which they are given.</summary>
    public void NotSupportedInOrder(Place place, JsonNode? value, IEnumerable<JsonNode?> supported) => Add(place, "FieldValueNotSupported",
        $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported.Select(each => Show(each?.ToString())))}");

    /// <summary>The value is of another type, which is all that is shown of it.</summary>
    public void WrongType(Place place, string type, string detail) => Add(place, "FieldValueTypeInvalid", $"Invalid value: {Show(type)}: {detail}");

    /// <summary>A rule of the object's own schema.</summary>
    /// <param name="type">Of the value, which is all that is shown of it.</param>
    public void Broken(Place place, string reason, string type, string detail) => Add(place, reason, reason switch
    {
        "FieldValueRequired" => "Required value" + Detail(detail),
        "FieldValueForbidden" => "Forbidden" + Detail(detail),
        "FieldValueDuplicate" => $"Duplicate value: {Show(type)}",
        _ => $"Invalid value: {Show(type)}{Detail(detail)}",
    });

    public void TooMany(Place place, long count, long most) => Add(place, "FieldValueTooMany", $"Too many: {count}: must have at most {most} items");

    public void TooLong(Place place, string detail) => Add(place, "FieldValueTooLong", $"Too long: {detail}");

    /// <summary>What Kubernetes has and the engine has not: with the way out.</summary>
    /// <param name="more">After "set KontraktKubeContext to a cluster".</param>
    public void Absent(Place place, string what, string more = "") => Forbidden(place, $"the embedded engine has no {what}; set KontraktKubeContext to a cluster{more}");

    /// <exception cref="StatusException">422, if anything is wrong.</exception>
    public void Throw(ObjectKey key)
    {
        if (Any)
            throw StatusException.Invalid(key, all);
    }

    private void Add(Place place, string reason, string message)
    {
        if (all.Count < Most)
            all.Add((place.ToString(), reason, message));
    }

    private static string Detail(string detail) => detail.Length > 0 ? ": " + detail : "";

    /// <summary>As Go writes a value, where that is readable.</summary>
    private static string Show(JsonNode? value) => value is JsonObject map && map.All(pair => pair.Value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
        ? $"map[string]string{{{string.Join(", ", map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Show(pair.Key)}:{Show(pair.Value)}"))}}}"
        : value?.ToJsonString(Plain) ?? "null";
}
