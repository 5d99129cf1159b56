using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Nothing is made in a namespace that does not exist, or will soon not.</summary>
internal sealed class NamespaceLifecycle(ObjectStore store)
{
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
        if (found.IsBeingDeleted)
            throw StatusException.Forbidden(key, $"unable to create new content in namespace {key.Namespace} because it is being terminated")
                .Because("NamespaceTerminating", $"namespace {key.Namespace} is being terminated", "metadata.namespace");
    }
}
