using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Selecting;

/// <summary>The fields that objects of a kind can be selected by, which are those of Kubernetes.</summary>
internal static class SelectableFields
{
    private static readonly Dictionary<ResourceKind, string[]> Special = new()
    {
        [Kinds.Pod] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName"],
        [Kinds.Event] = ["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type"],
        [Kinds.Secret] = ["type"],
        [Kinds.Service] = ["spec.clusterIP", "spec.type"],
        [Kinds.Namespace] = ["status.phase"],
        [Kinds.Node] = ["spec.unschedulable"],
        [Kinds.ReplicaSet] = ["status.replicas"],
        [Kinds.Job] = ["status.successful"],
    };

    /// <exception cref="StatusException">400.</exception>
    public static void Check(ResourceKind kind, string field)
    {
        if (field is "metadata.name" or "metadata.namespace")
            return;
        if (!Special.TryGetValue(kind, out var fields))
            throw StatusException.BadRequest($"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        if (!fields.Contains(field))
            throw StatusException.BadRequest($"field label not supported: {field}");
    }

    public static string Read(KubernetesObject item, string field) => field switch
    {
        "metadata.name" => item.Name,
        "metadata.namespace" => item.Namespace,
        "spec.nodeName" => item.Text("spec", "nodeName"),
        "status.phase" => item.Text("status", "phase"),
        "spec.hostNetwork" or "spec.unschedulable" => item.At(Steps(field)) is { } flag ? flag.ToString() : "false",
        "status.successful" => Number(item, "status", "succeeded"),
        "status.replicas" => Number(item, "status", "replicas"),
        "status.podIPs" => string.Join(",", item.Items("status", "podIPs").Select(each => (string?)each["ip"])),
        "source" => item.Text("source", "component") is { Length: > 0 } source ? source : item.Text("reportingComponent"),
        _ => item.Text(Steps(field)),
    };

    private static string Number(KubernetesObject item, params ReadOnlySpan<object> path) => item.Text(path) is { Length: > 0 } number ? number : "0";

    private static object[] Steps(string field) => [.. field.Split('.')];
}
