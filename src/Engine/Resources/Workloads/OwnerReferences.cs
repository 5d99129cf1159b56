using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>metadata.ownerReferences: whose an object is. At most one of its owners is its controller.</summary>
internal static class OwnerReferences
{
    public static IEnumerable<JsonObject> Of(KubernetesObject item) => item.Items("metadata", "ownerReferences");

    public static JsonObject? Controller(KubernetesObject item) => Of(item).FirstOrDefault(owner => owner.Text("controller") == "true");

    /// <summary>An owner is in the same namespace, or in none. Null where that cannot be, or the kind is unknown.</summary>
    public static ObjectKey? KeyOf(ObjectStore store, StoredObject item, JsonObject reference)
    {
        if (ServedKinds.Find(store, GroupVersionKind.From(reference.Text("apiVersion"), reference.Text("kind"))) is not { } kind || (kind.Namespaced && !item.Key.Kind.Namespaced))
            return null;
        return new(kind, kind.Namespaced ? item.Key.Namespace : "", reference.Text("name"));
    }

    public static bool IsControlledBy(KubernetesObject item, StoredObject owner) => Controller(item)?.Text("uid") == owner.View.Uid;

    /// <summary>To one that it goes with.</summary>
    public static JsonObject To(StoredObject owner) => new()
    {
        ["apiVersion"] = owner.Key.Kind.GroupVersionKind.ApiVersion,
        ["kind"] = owner.Key.Kind.Kind,
        ["name"] = owner.Key.Name,
        ["uid"] = owner.View.Uid,
    };

    public static JsonObject ToController(StoredObject owner)
    {
        var reference = To(owner);
        reference["controller"] = true;
        reference["blockOwnerDeletion"] = true;
        return reference;
    }

    public static void Remove(JsonObject item, string uid)
    {
        var owners = item.Metadata().AlwaysList("ownerReferences");
        foreach (var owner in owners.OfType<JsonObject>().Where(owner => owner.Text("uid") == uid).ToList())
            owners.Remove(owner);
        if (owners.Count == 0)
            item.Metadata().Remove("ownerReferences");
    }
}
