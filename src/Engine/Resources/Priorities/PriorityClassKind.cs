using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>How important pods are. On one node that is never full for the scheduler no pod has to go for another, so that it only shows.</summary>
internal static class PriorityClassKind
{
    private const string SystemPrefix = "system-";
    private const long HighestOfUsers = 1_000_000_000;
    private static readonly Place Value = Place.Of("value");

    public static ServedKind Kind { get; } = new(Kinds.PriorityClass)
    {
        Default = value => value.Default("preemptionPolicy", "PreemptLowerPriority"),
        Validate = Validate,
        ValidateUpdate = (before, after, faults) =>
        {
            foreach (var field in (ReadOnlySpan<string>)["value", "preemptionPolicy"])
                if (!JsonNode.DeepEquals(before[field], after[field]))
                    faults.Forbidden(Place.Of(field), "may not be changed in an update.");
        },
        Table = new([TableColumn.ObjectName, TableColumn.Integer("Value"), new("Global-Default"), TableColumn.Age, new("PreemptionPolicy")],
            (item, now) => [item.Name, CellText.Number(item, 0, "value"), item.Text("globalDefault") == "true" ? "true" : "false", Ages.Of(item, now), item.Text("preemptionPolicy")]),
    };

    /// <summary>Those that every cluster has.</summary>
    public static IEnumerable<JsonObject> OfTheSystem => [Of("system-cluster-critical", 2_000_000_000), Of("system-node-critical", 2_000_001_000)];

    /// <summary>Gives a new pod the number of its class; of one that names none, that of the default.</summary>
    /// <exception cref="StatusException">403: there is no such class, or the pod says another number than its class.</exception>
    public static void Admit(Write write, JsonObject spec, ObjectStore store)
    {
        var name = spec.Text("priorityClassName");
        var found = name.Length > 0
            ? store.Find(new(Kinds.PriorityClass, "", name)) ?? throw StatusException.Forbidden(write.Key, $"no PriorityClass with name {name} was found")
            : store.List(Kinds.PriorityClass).Items.Where(item => item.View.Text("globalDefault") == "true").MinBy(item => CellText.Number(item.View, 0, "value"));
        if (found is not null)
            spec["priorityClassName"] = found.Key.Name;
        var (priority, policy) = (found is null ? 0 : CellText.Number(found.View, 0, "value"), found?.View.Text("preemptionPolicy") is { Length: > 0 } given ? given : "PreemptLowerPriority");
        if (spec.Number("priority") is { } own && own != priority)
            throw StatusException.Forbidden(write.Key, $"the integer value of priority ({own}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        spec["priority"] = JsonNumber.Of(priority);
        if (spec.Text("preemptionPolicy") is { Length: > 0 } said && said != policy)
            throw StatusException.Forbidden(write.Key, $"the string value of PreemptionPolicy ({said}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name");
        spec["preemptionPolicy"] = policy;
    }

    private static JsonObject Of(string name, long value)
    {
        var item = Kinds.PriorityClass.New(name);
        item["value"] = JsonNumber.Of(value);
        return item;
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        if (value.Metadata().Text("name") is var name && name.StartsWith(SystemPrefix, StringComparison.Ordinal))
        {
            if (OfTheSystem.All(item => item.Metadata().Text("name") != name || item.Number("value") != value.Number("value")))
                faults.Forbidden(Place.Of("metadata", "name"), "priority class names with 'system-' prefix are reserved for system use only");
        }
        else if (value.Number("value") > HighestOfUsers)
            faults.Forbidden(Value, $"maximum allowed value of a user defined priority is {HighestOfUsers}");
        if (value.Text("preemptionPolicy") is { Length: > 0 } policy and not ("Never" or "PreemptLowerPriority"))
            faults.NotSupported(Place.Of("preemptionPolicy"), policy, ["Never", "PreemptLowerPriority"]);
    }
}
