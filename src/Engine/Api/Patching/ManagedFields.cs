using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>metadata.managedFields: the fields of each manager, and when it last took one.</summary>
internal sealed class ManagedFields
{
    /// <summary>Managers that update; the longest silent ones beyond these become one.</summary>
    private const int MostUpdaters = 10;
    private const string Ancient = "ancient-changes";

    /// <summary>What nobody owns, since no client decides it.</summary>
    private static readonly FieldSet Unowned = Paths(["f:apiVersion"], ["f:kind"], ["f:metadata"], ["f:metadata", "f:name"], ["f:metadata", "f:namespace"],
        ["f:metadata", "f:creationTimestamp"], ["f:metadata", "f:selfLink"], ["f:metadata", "f:uid"], ["f:metadata", "f:generation"],
        ["f:metadata", "f:managedFields"], ["f:metadata", "f:resourceVersion"]);

    private readonly Dictionary<FieldManager, (FieldSet Fields, string Time)> managers = [];

    public bool IsEmpty => managers.Count == 0;
    public IEnumerable<FieldManager> All => managers.Keys;

    public FieldSet Of(FieldManager manager) => managers.TryGetValue(manager, out var entry) ? entry.Fields : new();

    /// <summary>Those of an object; none of entries that cannot be read.</summary>
    public static ManagedFields Read(JsonObject value)
    {
        var result = new ManagedFields();
        foreach (var entry in value.Map("metadata").Each("managedFields"))
            if (entry["fieldsV1"] is JsonObject fields && entry.Text("operation") is (FieldManager.Apply or FieldManager.Update) and var operation)
                result.managers[new(entry.Text("manager"), operation, entry.Text("apiVersion"), entry.Text("subresource"))] =
                    (FieldSet.FromJson(fields), entry.Text("time"));
        return result;
    }

    /// <summary>A client that writes one empty entry wants nobody to own anything.</summary>
    public static bool IsReset(JsonObject value) =>
        (value["metadata"] as JsonObject)?["managedFields"] is JsonArray { Count: 1 } list && list[0] is JsonObject { Count: 0 };

    public ManagedFields Copy()
    {
        var copy = new ManagedFields();
        foreach (var (manager, entry) in managers)
            copy.managers[manager] = entry;
        return copy;
    }

    public void Set(FieldManager manager, FieldSet fields, DateTimeOffset? taken = null)
    {
        var owned = fields.Difference(Unowned);
        var time = taken?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? managers.GetValueOrDefault(manager).Time ?? "";
        if (owned.IsEmpty)
            managers.Remove(manager);
        else
            managers[manager] = (owned, time);
    }

    public bool SetEquals(ManagedFields other) =>
        managers.Count == other.managers.Count && managers.All(pair => other.managers.TryGetValue(pair.Key, out var entry) && pair.Value.Fields.SetEquals(entry.Fields));

    /// <summary>Writes them into an object's metadata.</summary>
    public void Write(JsonObject value)
    {
        var metadata = value.Metadata();
        if (managers.Count == 0)
            metadata.Remove("managedFields");
        else
            metadata["managedFields"] = new JsonArray([.. managers
                .OrderBy(pair => pair.Key.Operation, StringComparer.Ordinal).ThenBy(pair => pair.Value.Time, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Subresource, StringComparer.Ordinal)
                .Select(pair => Entry(pair.Key, pair.Value.Fields, pair.Value.Time))]);
    }

    /// <summary>Joins the longest silent updaters once there are too many.</summary>
    public void JoinAncient()
    {
        var updaters = managers.Where(pair => pair.Key.Operation == FieldManager.Update).OrderBy(pair => pair.Value.Time, StringComparer.Ordinal).ThenBy(pair => pair.Key.Name, StringComparer.Ordinal).ToList();
        if (updaters.Count <= MostUpdaters)
            return;
        var joined = updaters.Take(updaters.Count - MostUpdaters + 1).ToList();
        foreach (var (manager, _) in joined)
            managers.Remove(manager);
        managers[joined[^1].Key with { Name = Ancient }] = (joined.Aggregate(new FieldSet(), (all, pair) => all.Union(pair.Value.Fields)), joined[^1].Value.Time);
    }

    private static JsonObject Entry(FieldManager manager, FieldSet fields, string time)
    {
        var entry = new JsonObject { ["manager"] = manager.Name, ["operation"] = manager.Operation, ["apiVersion"] = manager.ApiVersion };
        if (time.Length > 0)
            entry["time"] = time;
        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = fields.ToJson();
        if (manager.Subresource.Length > 0)
            entry["subresource"] = manager.Subresource;
        return entry;
    }

    private static FieldSet Paths(params ReadOnlySpan<string[]> paths)
    {
        var set = new FieldSet();
        foreach (var path in paths)
            set.Add(path);
        return set;
    }
}

/// <summary>Who owns fields: a name, by the operation it wrote them with.</summary>
internal sealed record FieldManager(string Name, string Operation, string ApiVersion, string Subresource)
{
    public const string Apply = "Apply";
    public const string Update = "Update";

    /// <summary>As messages of conflicts write it.</summary>
    public override string ToString()
    {
        var text = JsonSerializer.Serialize(Name);
        if (Subresource.Length > 0)
            text += $" with subresource {JsonSerializer.Serialize(Subresource)}";
        return Operation == Update ? $"{text} using {ApiVersion}" : text;
    }
}
