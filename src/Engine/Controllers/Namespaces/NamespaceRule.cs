using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Controllers;

/// <summary>What a namespace is born with, and what may be made in one: nothing before it is there, nothing once it is being deleted.</summary>
internal sealed class NamespaceRule(ObjectStore store)
{
    public const string Finalizer = "kubernetes";
    private const string NameLabel = "kubernetes.io/metadata.name";
    private static readonly HashSet<string> Immortal = ["default", "kube-public", "kube-system", FirstObjects.EngineNamespace];

    public void Apply(Write write)
    {
        if (write.Key.Kind == Kinds.Namespace)
            ApplyToNamespace(write);
        else if (write.Verb == WriteVerb.Create && write.Key.Kind.Namespaced)
            CheckNamespace(write.Key);
    }

    private static void ApplyToNamespace(Write write)
    {
        switch (write.Verb)
        {
            case WriteVerb.Create:
                write.Object.Map("spec")["finalizers"] = JsonTree.Of([Finalizer]);
                write.Object["status"] = new JsonObject { ["phase"] = "Active" };
                break;
            case WriteVerb.Update when write.Previous is { IsBeingDeleted: false } previous:
                write.Object.Map("spec")["finalizers"] = previous.View.At("spec", "finalizers")?.DeepClone();
                break;
            case WriteVerb.Delete when Immortal.Contains(write.Key.Name):
                throw StatusException.Forbidden(write.Key, "this namespace may not be deleted");
        }
        if (write.Verb is WriteVerb.Create or WriteVerb.Update)
            write.Object.Metadata().Map("labels")[NameLabel] = write.Key.Name;
    }

    private void CheckNamespace(ObjectKey key)
    {
        var home = new ObjectKey(Kinds.Namespace, "", key.Namespace);
        var found = store.Find(home) ?? throw StatusException.NotFound(home);
        if (found.IsBeingDeleted)
            throw Terminating(key);
    }

    private static StatusException Terminating(ObjectKey key)
    {
        var refusal = StatusException.Forbidden(key, $"unable to create new content in namespace {key.Namespace} because it is being terminated");
        var details = (refusal.Details?.DeepClone() as JsonObject) ?? [];
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {key.Namespace} is being terminated",
            ["field"] = "metadata.namespace",
        });
        return new(refusal.Code, refusal.Reason, refusal.Message, details);
    }
}
