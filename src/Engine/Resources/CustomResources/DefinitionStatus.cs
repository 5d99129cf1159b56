using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Which names a definition has got, and whether its kind exists.</summary>
internal static class DefinitionStatus
{
    private static readonly string[] Unique = ["plural", "singular", "shortNames", "kind", "listKind"];

    public static bool IsEstablished(StoredObject definition) => definition.View.Condition("Established").Text("status") == "True";

    /// <summary>Takes the names that are free. Names that it has got once, it keeps until others are wanted.</summary>
    public static void Update(JsonObject definition, ObjectKey key, ObjectStore store)
    {
        var (spec, status) = (definition.Map("spec") ?? [], definition.Always("status"));
        var (wanted, accepted) = (spec.Map("names") ?? [], status.Always("acceptedNames"));
        var taken = TakenBy(key, spec.Text("group"), store);
        var (reason, message) = ("NoConflicts", "no conflicts found");
        foreach (var field in Unique)
            if (Names(wanted, field).FirstOrDefault(name => taken.Contains((Space(field), name))) is { } name)
                (reason, message) = (string.Concat(field[..1].ToUpperInvariant(), field.AsSpan(1), "Conflict"), $"\"{name}\" is already in use");
            else
                Copy(wanted, accepted, field);
        Copy(wanted, accepted, "categories");
        Set(definition, new("NamesAccepted", reason == "NoConflicts" ? "True" : "False", reason, message));
        var wasEstablished = Conditions.Find(status, "Established").Text("status") == "True";
        Set(definition, reason == "NoConflicts" || wasEstablished
            ? new("Established", "True", "InitialNamesAccepted", "the initial names have been accepted")
            : new("Established", "False", "NotAccepted", "not all names are accepted"));
        var stored = status.AlwaysList("storedVersions");
        if (spec.Each("versions").FirstOrDefault(version => version.Flag("storage")).Text("name") is { Length: > 0 } version && !stored.Any(each => each?.ToString() == version))
            stored.Add(version);
    }

    public static void Set(JsonObject definition, StatusCondition condition) =>
        Conditions.Set(definition.Always("status"), condition, ClusterObjects.Timestamp(TimeProvider.System.GetUtcNow()));

    private static void Copy(JsonObject from, JsonObject to, string field)
    {
        if (from[field] is { } value)
            to[field] = value.DeepClone();
        else
            to.Remove(field);
    }

    private static IEnumerable<string> Names(JsonObject names, string field) => field == "shortNames" ? KubernetesObject.Texts(names[field]) : names.Text(field) is { Length: > 0 } name ? [name] : [];

    /// <summary>Plurals, singulars and short names are looked up together, kinds and kinds of lists, too.</summary>
    private static string Space(string field) => field is "kind" or "listKind" ? "kind" : "resource";

    private static HashSet<(string, string)> TakenBy(ObjectKey own, string group, ObjectStore store)
    {
        var taken = new HashSet<(string, string)>();
        foreach (var kind in ServedKinds.Resources.Where(kind => kind.Group == group))
            taken.UnionWith([("resource", kind.Plural), ("resource", kind.Singular), ("kind", kind.Kind), ("kind", kind.Kind + "List"), .. kind.ShortNames.Select(name => ("resource", name))]);
        foreach (var other in store.List(Kinds.CustomResourceDefinition).Items.Where(other => other.Key != own && other.View.Text("spec", "group") == group))
        {
            var names = other.View.At("status", "acceptedNames") as JsonObject ?? [];
            taken.UnionWith(Unique.SelectMany(field => Names(names, field).Select(name => (Space(field), name))));
        }
        return taken;
    }
}
