using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Controllers;

/// <summary>Refuses what would wait for volumes that never come.</summary>
internal static class StatefulSetRule
{
    public static void Apply(Write write)
    {
        if (write.Key.Kind != Kinds.StatefulSet || write.Verb is not (WriteVerb.Create or WriteVerb.Update))
            return;
        if (KubernetesObject.At(write.Object, "spec", "volumeClaimTemplates") is JsonArray { Count: > 0 })
            throw StatusException.Invalid(write.Key, [("spec.volumeClaimTemplates", "FieldValueForbidden",
                "Forbidden: the embedded engine has no persistent volumes; use a volume of type emptyDir in the template, or set KontraktKubeContext to a cluster that has them")]);
    }
}
