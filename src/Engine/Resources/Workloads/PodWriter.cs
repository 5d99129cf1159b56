using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Makes pods from a template and deletes them, and says so in events about their owner, in the words that users know.</summary>
internal sealed class PodWriter(ClusterObjects objects, EventRecorder events)
{
    private const int NameAttempts = 8;

    /// <summary>A pod as the owner's template says, with a name of its own.</summary>
    public static JsonObject FromTemplate(StoredObject owner) => FromTemplate(owner, owner.View.At("spec", "template") as JsonObject ?? []);

    public static JsonObject FromTemplate(StoredObject owner, JsonObject template)
    {
        var metadata = new JsonObject();
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations", "finalizers"])
        {
            if (KubernetesObject.At(template, "metadata", field) is { } value)
                metadata[field] = value.DeepClone();
        }
        metadata["ownerReferences"] = new JsonArray(OwnerReferences.ToController(owner));
        return new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = template["spec"]?.DeepClone() ?? new JsonObject(),
        };
    }

    /// <param name="prefix">Of the name.</param>
    /// <exception cref="StatusException">It was refused; an event says so, unless its namespace is being deleted.</exception>
    public StoredObject Create(StoredObject owner, JsonObject pod, string prefix)
    {
        pod.Metadata()["generateName"] = prefix;
        for (var attempt = 1; ; attempt++)
        {
            pod.Metadata()["name"] = ObjectNames.Generate(prefix);
            try
            {
                // The rules fill it in as they go: another attempt begins with what was asked for.
                var made = objects.Create(Kinds.Pod, owner.Key.Namespace, pod.DeepClone().AsObject());
                events.Normal(owner.View, "SuccessfulCreate", $"Created pod: {made.Key.Name}");
                return made;
            }
            catch (StatusException e) when (e.Reason == "AlreadyExists" && attempt < NameAttempts)
            {
                // Another name.
            }
            catch (StatusException e)
            {
                if (!IsEndOfNamespace(e))
                    events.Warning(owner.View, "FailedCreate", $"Error creating: {e.Message}");
                throw;
            }
        }
    }

    public void Delete(StoredObject owner, StoredObject pod)
    {
        if (objects.TryDelete(pod))
            events.Normal(owner.View, "SuccessfulDelete", $"Deleted pod: {pod.Key.Name}");
    }

    /// <summary>The refusal that ends by itself, with everything else there.</summary>
    public static bool IsEndOfNamespace(StatusException refusal) =>
        KubernetesObject.At(refusal.Details, "causes") is JsonArray causes && causes.Any(cause => KubernetesObject.At(cause, "reason")?.ToString() == "NamespaceTerminating");
}
