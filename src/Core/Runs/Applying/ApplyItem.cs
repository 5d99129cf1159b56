using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Applying;

/// <summary>One object on its way to the server.</summary>
/// <param name="Order">Its place among the manifests, in which errors are reported.</param>
/// <param name="Body">What is sent: the manifest, with what a lease adds.</param>
internal sealed record ApplyItem(int Order, Manifest Manifest, ResourceName Target, KubernetesObject Body)
{
    public string Kind => Manifest.Object.Kind;
    public string Name => Manifest.Object.Name;

    /// <summary>The place of the value at a server's field path ("spec.ports[0].port"), or of the nearest node above it.</summary>
    public SourceLocation Locate(string field) => Manifest.Locate([.. FieldPath.Parse(field, Manifest.Object.Json)]);

    /// <summary>The place of the key that a path ends with: where a field itself, not its value, is wrong.</summary>
    public SourceLocation LocateKey(IReadOnlyList<object> path) => Manifest.LocateKey(path);
}
