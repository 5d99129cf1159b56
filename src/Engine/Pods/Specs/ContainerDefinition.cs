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
    public IReadOnlyList<string> Texts(params ReadOnlySpan<object> path) => view.Texts(path);

    public override string ToString() => Name;
}

/// <summary>What a container is for: to end before the others start, to run beside them, or to do the work.</summary>
public enum ContainerRole { Init, Sidecar, Main }

/// <summary>A container that cannot be created as it is configured: the status is waiting, with the reason CreateContainerConfigError.</summary>
public sealed class ContainerConfigException(string message, Exception? inner = null) : Exception(message, inner);
