using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs.Applying;

/// <summary>Kinds whose few fields never change, and of which a kontrakt may have hundreds: looked through here, without the server's megabytes of schema.</summary>
internal static class FlatKinds
{
    private static readonly HashSet<string> Fields = new(StringComparer.Ordinal) { "apiVersion", "kind", "metadata", "data", "binaryData", "stringData", "immutable", "type" };
    private static readonly HashSet<string> Metadata = new(StringComparer.Ordinal) { "name", "namespace", "labels", "annotations" };

    /// <summary>True when nothing is left to ask; false for other kinds and for whatever looks unusual.</summary>
    public static bool HasOnlyKnownFields(KubernetesObject body) =>
        (body.GroupVersionKind == ApiResource.ConfigMaps.Kind || body.GroupVersionKind == ApiResource.Secrets.Kind)
        && body.Json.All(field => Fields.Contains(field.Key))
        && !(body.Kind == "ConfigMap" && (body.Json.ContainsKey("stringData") || body.Json.ContainsKey("type")))
        && !(body.Kind == "Secret" && body.Json.ContainsKey("binaryData"))
        && body.At("metadata") is JsonObject metadata && metadata.All(field => Metadata.Contains(field.Key));
}
