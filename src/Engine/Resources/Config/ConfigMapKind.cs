using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

internal static class ConfigMapKind
{
    public const int MostBytes = 1024 * 1024;

    public static ServedKind Kind { get; } = new(Kinds.ConfigMap)
    {
        Validate = Validate,
        ValidateUpdate = Unchanged,
        // "Data" is declared as text and given as a number, in Kubernetes, too.
        Table = new([TableColumn.ObjectName, new("Data"), TableColumn.Age],
            (item, now) => [item.Name, CellText.Count(item, "data") + CellText.Count(item, "binaryData"), Ages.Of(item, now)]),
    };

    private static void Validate(JsonObject value, Faults faults)
    {
        var size = 0L;
        foreach (var (key, text) in value.Map("data") ?? [])
        {
            CheckKey(key, Place.Of("data"), faults);
            if (value.Map("binaryData") is { } binary && binary.ContainsKey(key))
                faults.Invalid(Place.Of("data").Key(key), key, "duplicate of key present in binaryData");
            size += System.Text.Encoding.UTF8.GetByteCount(text?.ToString() ?? "");
        }
        foreach (var (key, bytes) in value.Map("binaryData") ?? [])
        {
            CheckKey(key, Place.Of("binaryData"), faults);
            size += (bytes?.ToString().Length ?? 0) * 3L / 4;
        }
        if (size > MostBytes)
            faults.TooLong(Place.Root, $"must have at most {MostBytes} bytes");
    }

    public static void CheckKey(string key, Place place, Faults faults)
    {
        if (Names.ConfigKey(key) is { } wrong)
            faults.Invalid(place.Key(key), key, wrong);
    }

    /// <summary>The data of what is declared immutable.</summary>
    public static void Unchanged(JsonObject before, JsonObject after, Faults faults)
    {
        if (!before.Flag("immutable"))
            return;
        if (!after.Flag("immutable"))
            faults.Forbidden(Place.Of("immutable"), "field is immutable when `immutable` is set");
        foreach (var field in (ReadOnlySpan<string>)["data", "binaryData"])
            if (!JsonNode.DeepEquals(before[field], after[field]))
                faults.Forbidden(Place.Of(field), "field is immutable when `immutable` is set");
    }
}
