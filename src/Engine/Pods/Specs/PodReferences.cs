using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>The ConfigMaps and Secrets that a pod's spec names, wherever it does.</summary>
internal static class PodReferences
{
    public static IReadOnlySet<(ResourceKind Kind, string Name)> Of(PodDefinition pod)
    {
        var found = new HashSet<(ResourceKind Kind, string Name)>();
        foreach (var volume in pod.View.Items("spec", "volumes"))
            Add(found, volume);
        foreach (var container in pod.Containers)
        {
            foreach (var source in container.Items("envFrom").Concat(container.Items("env").Select(variable => variable["valueFrom"]).OfType<JsonObject>()))
                Add(found, source);
        }
        return found;
    }

    private static void Add(HashSet<(ResourceKind Kind, string Name)> found, JsonObject source)
    {
        foreach (var (field, value) in source)
        {
            if (value is not JsonObject reference)
                continue;
            if (field == "projected")
            {
                foreach (var inner in (reference["sources"] as JsonArray ?? []).OfType<JsonObject>())
                    Add(found, inner);
            }
            ResourceKind? kind = field switch
            {
                "configMap" or "configMapRef" or "configMapKeyRef" => Kinds.ConfigMap,
                "secret" or "secretRef" or "secretKeyRef" => Kinds.Secret,
                _ => null,
            };
            if (kind is not null && (reference["secretName"] ?? reference["name"])?.ToString() is { } name)
                found.Add((kind, name));
        }
    }
}
