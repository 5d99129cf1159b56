using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Scheduling;

/// <summary>The one node, as kubectl describe node shows it.</summary>
internal static class NodeObject
{
    public const string Name = "kontrakt";
    private const string Version = "v1.31.0";

    /// <summary>Writes it; where it exists already, its status.</summary>
    public static void Register(ClusterObjects objects, string name, string address, NodeCapacity capacity)
    {
        var key = new ObjectKey(Kinds.Node, "", name);
        if (objects.Store.Find(key) is null)
            objects.Create(Kinds.Node, "", new()
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Node",
                ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = Labels(name) },
                ["spec"] = new JsonObject(),
            });
        objects.UpdateStatus(key, json => json["status"] = Status(name, address, capacity, objects.Timestamp()));
    }

    private static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static JsonObject Labels(string name) => new()
    {
        ["beta.kubernetes.io/arch"] = Architecture,
        ["beta.kubernetes.io/os"] = "linux",
        ["kubernetes.io/arch"] = Architecture,
        ["kubernetes.io/hostname"] = name,
        ["kubernetes.io/os"] = "linux",
    };

    private static JsonObject Status(string name, string address, NodeCapacity capacity, string now) => new()
    {
        ["addresses"] = new JsonArray(Address("InternalIP", address), Address("Hostname", name)),
        ["capacity"] = Resources(capacity),
        ["allocatable"] = Resources(capacity),
        ["conditions"] = new JsonArray(
            Condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", now),
            Condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", now),
            Condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", now),
            Condition("Ready", "True", "KubeletReady", "kubelet is posting ready status", now)),
        ["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 10250 } },
        ["nodeInfo"] = new JsonObject
        {
            ["architecture"] = Architecture,
            ["bootID"] = "",
            ["containerRuntimeVersion"] = $"kontrakt://{typeof(NodeObject).Assembly.GetName().Version?.ToString(3)}",
            ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
            ["kubeProxyVersion"] = Version,
            ["kubeletVersion"] = Version,
            ["machineID"] = "",
            ["operatingSystem"] = "linux",
            ["osImage"] = RuntimeInformation.OSDescription,
            ["systemUUID"] = "",
        },
        ["images"] = new JsonArray(),
    };

    private static JsonObject Address(string type, string address) => new() { ["type"] = type, ["address"] = address };

    private static JsonObject Resources(NodeCapacity capacity) => new()
    {
        ["cpu"] = capacity.Cpus.ToString(CultureInfo.InvariantCulture),
        ["memory"] = Kibibytes(capacity.MemoryBytes),
        ["ephemeral-storage"] = Kibibytes(capacity.DiskBytes),
        ["pods"] = capacity.Pods.ToString(CultureInfo.InvariantCulture),
    };

    private static string Kibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024}Ki");

    private static JsonObject Condition(string type, string status, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = status,
        ["lastHeartbeatTime"] = now,
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = message,
    };
}
