using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>What a body must have in common with the path it is sent to, and what of it counts there.</summary>
internal static class ObjectBody
{
    /// <exception cref="StatusException">400.</exception>
    public static void CheckNamespace(ResourceKind kind, string place, JsonObject metadata)
    {
        var own = metadata["namespace"]?.ToString() ?? "";
        if (own.Length > 0 && own != place)
            throw StatusException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (kind.Namespaced)
            metadata["namespace"] = place;
        else
            metadata.Remove("namespace");
    }

    /// <exception cref="StatusException">400: the body is another object's than the path.</exception>
    public static void CheckName(ObjectKey key, JsonObject metadata)
    {
        var name = metadata["name"]?.ToString() ?? "";
        if (name.Length == 0)
            throw StatusException.BadRequest($"the name of the object ({key.Name} based on URL) was undeterminable: name must be provided");
        if (name != key.Name)
            throw StatusException.BadRequest($"the name of the object ({name}) does not match the name on the URL ({key.Name})");
        CheckNamespace(key.Kind, key.Namespace, metadata);
    }

    /// <exception cref="StatusException">409: the body was made of another version, or another object of that name.</exception>
    public static void CheckPreconditions(ObjectKey key, KubernetesObject current, JsonObject metadata)
    {
        if (metadata["uid"]?.ToString() is { Length: > 0 } uid && uid != current.Uid)
            throw StatusException.Conflict(key, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        if (metadata["resourceVersion"]?.ToString() is { Length: > 0 } version && version != current.ResourceVersion)
            throw StatusException.Conflict(key, "the object has been modified; please apply your changes to the latest version and try again");
    }

    /// <summary>Makes <paramref name="next"/>, a copy of <paramref name="current"/>, what <paramref name="value"/> says, as far as the subresource goes.</summary>
    public static void Merge(KubernetesObject current, JsonObject next, JsonObject value, ServedKind served, string subresource)
    {
        var kind = served.Resource;
        if (subresource.Length > 0)
        {
            Take(next, value, subresource == "finalize" ? "spec" : subresource);
            Take(next, value, "metadata");
            foreach (var field in subresource == "status" ? served.MetadataKeptByStatus : [])
                Take(next.Metadata(), current.Json.Metadata(), field);
            return;
        }
        next.Clear();
        foreach (var (name, node) in value)
            next[name] = node?.DeepClone();
        if (kind.HasStatus)
            Take(next, current.Json, "status");
        if (kind.Subresources.Contains("finalize")) // It is what the spec of such a kind is for.
            Take(next, current.Json, "spec");
    }

    private static void Take(JsonObject next, JsonObject from, string field)
    {
        if (from[field] is { } value)
            next[field] = value.DeepClone();
        else
            next.Remove(field);
    }
}
