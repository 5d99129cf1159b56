using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>One container as the pod's spec has it.</summary>
public sealed class ContainerDefinition(JsonObject json, ContainerRole role)
{
    private readonly KubernetesObject view = new(json);

    public ContainerRole Role => role;
    public string Name => Text("name");
    public string Image => Text("image");
    /// <summary>What events about it name.</summary>
    public string FieldPath => $"spec.{(role == ContainerRole.Main ? "containers" : "initContainers")}{{{Name}}}";

    public string Text(params ReadOnlySpan<object> path) => view.Text(path);
    public JsonNode? At(params ReadOnlySpan<object> path) => view.At(path);
    public IEnumerable<JsonObject> Items(params ReadOnlySpan<object> path) => view.Items(path);
    public IReadOnlyList<string> Texts(string field) => [.. (view.At(field) as JsonArray ?? []).Select(item => item?.ToString() ?? "")];

    public override string ToString() => Name;
}
