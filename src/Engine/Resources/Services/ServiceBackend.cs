using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>A pod behind a Service, with the ports that the Service has there.</summary>
/// <param name="Ports">As Endpoints have them: a port without a name has none.</param>
internal sealed record ServiceBackend(KubernetesObject Pod, JsonArray Ports)
{
    public string Address => Pod.Text("status", "podIP");

    public bool IsTerminating => PodState.IsBeingDeleted(Pod);

    public bool IsServing => PodState.IsReady(Pod);

    public JsonObject Reference => new() { ["kind"] = "Pod", ["namespace"] = Pod.Namespace, ["name"] = Pod.Name, ["uid"] = Pod.Uid };

    /// <summary>"" for none within the Service.</summary>
    public string HostIn(KubernetesObject service) => Pod.Text("spec", "subdomain") == service.Name ? Pod.Text("spec", "hostname") : "";

    /// <summary>Those that have an address and have not ended, in the order of their addresses.</summary>
    public static IReadOnlyList<ServiceBackend> Of(KubernetesObject service, IEnumerable<KubernetesObject> pods)
    {
        var portless = !service.Items("spec", "ports").Any() && service.Text("spec", "clusterIP") == "None";
        return
        [
            .. pods.Where(pod => pod.Text("status", "podIP").Length > 0 && !PodState.HasEnded(pod))
                .Select(pod => new ServiceBackend(pod, PortsOf(service, pod)))
                .Where(backend => backend.Ports.Count > 0 || portless)
                .OrderBy(backend => Order(backend.Address), StringComparer.Ordinal),
        ];
    }

    private static JsonArray PortsOf(KubernetesObject service, KubernetesObject pod)
    {
        var ports = new JsonArray();
        foreach (var port in service.Items("spec", "ports"))
        {
            if (Target(port, pod) is not { } number)
                continue;
            var made = new JsonObject();
            if (port.Text("name") is { Length: > 0 } name)
                made["name"] = name;
            made["port"] = number;
            made["protocol"] = Protocol(port);
            if (port.Text("appProtocol") is { Length: > 0 } application)
                made["appProtocol"] = application;
            ports.Add(made);
        }
        return ports;
    }

    /// <summary>A number means itself; a name, the container port of that name. Null when this pod has none.</summary>
    private static long? Target(JsonObject port, KubernetesObject pod)
    {
        var target = port.Text("targetPort");
        if (target is "" or "0")
            return KubernetesObject.Number(port["port"]);
        if (long.TryParse(target, CultureInfo.InvariantCulture, out var number))
            return number;
        // A sidecar that runs beside the containers can be one that serves.
        var sidecars = pod.Items("spec", "initContainers").Where(container => container.Text("restartPolicy") == "Always");
        var named = pod.Items("spec", "containers").Concat(sidecars).SelectMany(container => container.Each("ports"))
            .FirstOrDefault(each => each.Text("name") == target && Protocol(each) == Protocol(port));
        return named is null ? null : KubernetesObject.Number(named["containerPort"]);
    }

    private static string Protocol(JsonObject port) => port.Text("protocol") is { Length: > 0 } protocol ? protocol : "TCP";

    private static string Order(string address) =>
        IPAddress.TryParse(address, out var parsed) ? Convert.ToHexString(parsed.GetAddressBytes()) : address;
}
