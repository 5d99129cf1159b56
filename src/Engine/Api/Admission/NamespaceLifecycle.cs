using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Admission;

/// <summary>Nothing is made in a namespace that is not there, or will soon not be.</summary>
public sealed class NamespaceLifecycle(ObjectStore store)
{
    /// <summary>To be the first of the rules.</summary>
    /// <exception cref="StatusException">404: there is no such namespace; 403: it is being deleted.</exception>
    public void Rule(Write write)
    {
        if (write.Verb == WriteVerb.Create)
            Check(write.Key);
    }

    /// <summary>The same before a creation: what is wrong with the object matters only where there is a place for it.</summary>
    public void Check(ObjectKey key)
    {
        if (!key.Kind.Namespaced)
            return;
        var place = new ObjectKey(Kinds.Namespace, "", key.Namespace);
        var found = store.Find(place) ?? throw StatusException.NotFound(place);
        if (!found.IsBeingDeleted)
            return;
        var refused = StatusException.Forbidden(key, $"unable to create new content in namespace {key.Namespace} because it is being terminated");
        refused.Details!["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {key.Namespace} is being terminated",
            ["field"] = "metadata.namespace",
        });
        throw refused;
    }
}
