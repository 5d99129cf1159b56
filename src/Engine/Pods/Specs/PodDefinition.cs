using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>A pod as its spec has it: what does not change while it lives.</summary>
public sealed class PodDefinition
{
    /// <param name="view">As it was when it came to the node.</param>
    public PodDefinition(ObjectKey key, KubernetesObject view)
    {
        (Key, View) = (key, view);
        Init = [.. View.Items("spec", "initContainers").Select(json => new ContainerDefinition(json, json["restartPolicy"]?.ToString() == "Always" ? ContainerRole.Sidecar : ContainerRole.Init))];
        Main = [.. View.Items("spec", "containers").Select(json => new ContainerDefinition(json, ContainerRole.Main))];
    }

    public PodDefinition(StoredObject pod) : this(pod.Key, pod.View) { }

    public ObjectKey Key { get; }
    public KubernetesObject View { get; }
    public IReadOnlyList<ContainerDefinition> Init { get; }
    public IReadOnlyList<ContainerDefinition> Main { get; }
    public IEnumerable<ContainerDefinition> Containers => Init.Concat(Main);

    public string Uid => View.Uid;
    public string Name => View.Name;
    public string Namespace => Key.Namespace;
    /// <summary>Always, OnFailure or Never.</summary>
    public string RestartPolicy => View.Text("spec", "restartPolicy") is { Length: > 0 } policy ? policy : "Always";
    public long GracePeriodSeconds => KubernetesObject.Number(View.At("spec", "terminationGracePeriodSeconds"), 30);
    /// <summary>spec.hostname, else the pod's name, cut to what a host name may be.</summary>
    public string Hostname
    {
        get
        {
            const int longest = 63;
            var name = View.Text("spec", "hostname") is { Length: > 0 } hostname ? hostname : Name;
            return name.Length <= longest ? name : name[..longest].TrimEnd('-', '.');
        }
    }

    public string ServiceAccount => View.Text("spec", "serviceAccountName") is { Length: > 0 } name ? name : "default";

    /// <summary>"name_namespace(uid)", as the kubelet names pods in its messages.</summary>
    public string FullName => $"{Name}_{Namespace}({Uid})";

    public JsonNode? SecurityContext(string field) => View.At("spec", "securityContext", field);

    public override string ToString() => FullName;
}
