using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Manifests.Security;

/// <summary>
/// The level "baseline" of the Pod Security Standards (kubernetes.io/docs/concepts/security/pod-security-standards), as of Kubernetes 1.34: what is
/// known to lead out of a pod.
/// </summary>
internal static class BaselineRules
{
    private static readonly string[] HostNamespaces = ["hostNetwork", "hostPID", "hostIPC"];
    private static readonly string[] Capabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];
    private static readonly string[] SELinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    private static readonly string[] Profiles = ["RuntimeDefault", "Localhost"];
    private static readonly string[] Sysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ];
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] Hooks = ["postStart", "preStop"];

    public static IEnumerable<PodFinding> Check(PodPart pod) =>
    [
        .. HostNamespaces.Select(field => pod.At("spec", field)).Where(field => field.IsTrue).Select(field => field.Asks($"a namespace of its node ({field.Path[^1]})")),
        .. pod.At("spec", "volumes").Items.Select(volume => volume.At("hostPath")).Where(path => path.Value is not null).Select(path => path.Asks("a volume that is a folder of its node (hostPath)")),
        .. pod.At("spec", "securityContext", "sysctls").Items.Where(sysctl => !Sysctls.Contains(sysctl.At("name").Text)).Select(sysctl => sysctl.Asks($"the sysctl '{sysctl.At("name").Text}' of its node")),
        .. pod.At("metadata", "annotations").Fields
            .Where(field => field.Name.StartsWith("container.apparmor.security.beta.kubernetes.io/", StringComparison.Ordinal)
                && field.Part.Text is { } profile && profile is not ("" or "runtime/default") && !profile.StartsWith("localhost/", StringComparison.Ordinal))
            .Select(field => field.Part.Asks($"no AppArmor profile ('{field.Part.Text}')")),
        .. pod.SecurityContexts.SelectMany(OfContext),
        .. pod.Containers.SelectMany(OfContainer),
    ];

    private static IEnumerable<PodFinding> OfContext(PodPart context) =>
    [
        .. If(context.At("windowsOptions", "hostProcess"), field => field.IsTrue, _ => "to be a process of its node (hostProcess)"),
        .. If(context.At("appArmorProfile", "type"), field => field.Text is { } type && !Profiles.Contains(type), field => $"the AppArmor profile '{field.Text}'"),
        .. If(context.At("seccompProfile", "type"), field => field.Text is { } type && !Profiles.Contains(type), field => $"the seccomp profile '{field.Text}'"),
        .. If(context.At("seLinuxOptions", "type"), field => field.Text is { } type && !SELinuxTypes.Contains(type), field => $"the SELinux type '{field.Text}'"),
        .. If(context.At("seLinuxOptions", "user"), field => field.Text is { Length: > 0 }, field => $"the SELinux user '{field.Text}'"),
        .. If(context.At("seLinuxOptions", "role"), field => field.Text is { Length: > 0 }, field => $"the SELinux role '{field.Text}'"),
    ];

    private static IEnumerable<PodFinding> OfContainer(PodPart container) =>
    [
        .. If(container.At("securityContext", "privileged"), field => field.IsTrue, _ => $"{container.Container} to be privileged"),
        .. If(container.At("securityContext", "procMount"), field => field.Text is { } type && type is not ("" or "Default"), field => $"all of /proc ('{field.Text}') in {container.Container}"),
        .. container.At("securityContext", "capabilities", "add").Items.Where(added => !Capabilities.Contains(added.Text)).Select(added => added.Asks($"the capability '{added.Text}' for {container.Container}")),
        .. container.At("ports").Items.SelectMany(port => If(port.At("hostPort"), IsPort, field => $"a port of its node (hostPort {field.Text})")),
        .. Probes.Select(probe => container.At(probe)).Concat(Hooks.Select(hook => container.At("lifecycle", hook))).SelectMany(OfHandler),
    ];

    /// <summary>Who asks is the node itself, which reaches more than the pod does.</summary>
    private static IEnumerable<PodFinding> OfHandler(PodPart handler) =>
    [
        .. If(handler.At("httpGet", "host"), field => field.Text is { Length: > 0 }, field => $"its node to ask another host ('{field.Text}') than the pod"),
        .. If(handler.At("tcpSocket", "host"), field => field.Text is { Length: > 0 }, field => $"its node to ask another host ('{field.Text}') than the pod"),
    ];

    private static bool IsPort(PodPart field) => field.Value is JsonValue value && !(value.GetValueKind() == JsonValueKind.Number && value.ToString() == "0");

    private static IEnumerable<PodFinding> If(PodPart field, Func<PodPart, bool> isForbidden, Func<PodPart, string> what) => isForbidden(field) ? [field.Asks(what(field))] : [];
}
