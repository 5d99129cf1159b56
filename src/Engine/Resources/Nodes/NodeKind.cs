using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class NodeKind
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static ServedKind Kind { get; } = new(Kinds.Node)
    {
        Fields = [SelectableField.At("spec.unschedulable", "false")],
        IsMadeWithStatus = true,
        Table = new(
            [
                TableColumn.ObjectName, new("Status"), new("Roles"), TableColumn.Age, new("Version"), TableColumn.Wide("Internal-IP"),
                TableColumn.Wide("External-IP"), TableColumn.Wide("OS-Image"), TableColumn.Wide("Kernel-Version"), TableColumn.Wide("Container-Runtime"),
            ],
            (item, now) =>
            [
                item.Name, Status(item), Roles(item), Ages.Of(item, now), item.Text("status", "nodeInfo", "kubeletVersion"), Address(item, "InternalIP"),
                Address(item, "ExternalIP"), Info(item, "osImage"), Info(item, "kernelVersion"), Info(item, "containerRuntimeVersion"),
            ]),
    };

    private static string Status(KubernetesObject node)
    {
        var ready = node.Condition("Ready")?["status"]?.ToString() switch { "True" => "Ready", null => "Unknown", _ => "NotReady" };
        return node.Text("spec", "unschedulable") == "true" ? ready + ",SchedulingDisabled" : ready;
    }

    private static string Roles(KubernetesObject node)
    {
        var roles = node.Labels.Where(label => label.Key.StartsWith(RolePrefix, StringComparison.Ordinal)).Select(label => label.Key[RolePrefix.Length..])
            .Concat(node.Labels.Where(label => label.Key == "kubernetes.io/role").Select(label => label.Value));
        return CellText.OrNone(string.Join(",", roles.Where(role => role.Length > 0).Distinct().Order(StringComparer.Ordinal)));
    }

    private static string Address(KubernetesObject node, string type) =>
        node.Items("status", "addresses").FirstOrDefault(address => (string?)address["type"] == type)?["address"]?.ToString() ?? CellText.None;

    private static string Info(KubernetesObject node, string field) => node.Text("status", "nodeInfo", field) is { Length: > 0 } text ? text : Ages.Unknown;
}
