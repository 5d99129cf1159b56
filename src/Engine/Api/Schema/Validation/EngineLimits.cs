using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using GrantedCapabilities = Kontrakt.Engine.Pods.Sandboxes.Capabilities;

namespace Kontrakt.Engine.Api.Schema.Validation;

/// <summary>What Kubernetes has and the engine refuses: each with the way out, so that nobody wonders why it has no effect.</summary>
internal static class EngineLimits
{
    private const string Scheduler = "default-scheduler";
    /// <summary>Of one controller. A machine that runs kontrakts runs fewer, and a slip of the keyboard must not fill its memory.</summary>
    private const int Pods = 1000;

    public static void Pod(JsonObject spec, Place place, Faults faults)
    {
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("hostNetwork", "host network for pods"), ("hostPID", "host processes for pods"), ("hostIPC", "host IPC for pods"), ("shareProcessNamespace", "process namespace shared by the containers of a pod")])
            if (spec.Flag(field))
                faults.Absent(place.Field(field), what);
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("runtimeClassName", "runtime classes"), ("priorityClassName", "priority classes")])
            if (spec.Text(field).Length > 0)
                faults.Absent(place.Field(field), what);
        if (spec.Text("schedulerName") is { Length: > 0 } scheduler && scheduler != Scheduler)
            faults.Absent(place.Field("schedulerName"), $"scheduler but {Scheduler}");
        if (spec.Map("os").Text("name") is { Length: > 0 } os && os != "linux")
            faults.Absent(place.Field("os").Field("name"), $"nodes with {os}");
        foreach (var (list, what) in (ReadOnlySpan<(string, string)>)[("ephemeralContainers", "ephemeral containers"), ("resourceClaims", "resource claims")])
            if (spec.List(list) is { Count: > 0 })
                faults.Absent(place.Field(list), what);
        var context = place.Field("securityContext");
        if (spec.Map("securityContext").List("sysctls") is { Count: > 0 })
            faults.Absent(context.Field("sysctls"), "sysctls of pods");
        Context(spec.Map("securityContext"), context, faults);
        IgnoredFields.Pod(spec, place, faults);
    }

    /// <param name="field">Where a controller is told how many pods to keep.</param>
    public static void Replicas(JsonObject spec, string field, Place place, Faults faults)
    {
        if (spec.Number(field) > Pods)
            faults.Absent(place.Field(field), $"controllers of more than {Pods} pods");
    }

    public static void Job(JsonObject spec, Place place, Faults faults)
    {
        Replicas(spec, "parallelism", place, faults);
        if (spec.Text("managedBy") is { Length: > 0 } manager && manager != "kubernetes.io/job-controller")
            faults.Absent(place.Field("managedBy"), $"'{manager}' that would run this job");
    }

    public static void Service(JsonObject spec, Place place, Faults faults)
    {
        foreach (var (port, at) in spec.Indexed("ports", place))
            if (port.Text("protocol") == "SCTP")
                faults.Absent(at.Field("protocol"), "SCTP, only TCP and UDP");
        if (spec.List("externalIPs") is { Count: > 0 })
            faults.Absent(place.Field("externalIPs"), "network outside of the cluster");
        if (spec.Text("ipFamilyPolicy") == "RequireDualStack" || spec.List("ipFamilies")?.Any(family => family?.ToString() == "IPv6") == true)
            faults.Absent(place.Field("ipFamilies"), "IPv6");
    }

    /// <summary>What has less effect than elsewhere, and yet is served.</summary>
    public static IEnumerable<string> Warnings(ResourceKind kind, JsonObject value)
    {
        foreach (var warning in IgnoredFields.Warnings(kind == Kinds.Pod ? value.Map("spec") : value.Map("spec").Map("template").Map("spec")))
            yield return warning;
        if (kind == Kinds.Service && value.Map("spec").Text("type") == "NodePort")
            yield return "spec.type: the embedded engine serves a NodePort Service at its cluster IP, to pods only; set KontraktKubeContext to a cluster for its node ports";
    }

    public static void Container(JsonObject container, Place place, Faults faults)
    {
        foreach (var (port, at) in container.Indexed("ports", place))
            if (port.Number("hostPort") is not (null or 0))
                faults.Absent(at.Field("hostPort"), "ports of the host for pods");
        if (container.List("volumeDevices") is { Count: > 0 })
            faults.Absent(place.Field("volumeDevices"), "block devices");
        foreach (var (mount, at) in container.Indexed("volumeMounts", place))
            if (mount.Text("mountPropagation") is "HostToContainer" or "Bidirectional")
                faults.Absent(at.Field("mountPropagation"), "mount propagation");
        var context = place.Field("securityContext");
        if (container.Map("securityContext").Flag("privileged"))
            faults.Absent(context.Field("privileged"), "privileged containers");
        Capabilities(container.Map("securityContext").Map("capabilities"), context.Field("capabilities"), faults);
        if (container.Map("securityContext").Text("procMount") is "Unmasked")
            faults.Absent(context.Field("procMount"), "unmasked /proc");
        Context(container.Map("securityContext"), context, faults);
        IgnoredFields.Container(container, place, faults);
    }

    private static void Context(JsonObject? context, Place place, Faults faults)
    {
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("seLinuxOptions", "SELinux"), ("windowsOptions", "Windows containers")])
            if (context.Map(field) is { Count: > 0 })
                faults.Absent(place.Field(field), what);
        if (context.Map("seccompProfile").Text("type") is "Unconfined")
            faults.Absent(place.Field("seccompProfile").Field("type"), "containers without its seccomp filter");
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("seccompProfile", "seccomp profiles of a node"), ("appArmorProfile", "AppArmor profiles of a node")])
            if (context.Map(field).Text("type") == "Localhost")
                faults.Absent(place.Field(field).Field("type"), what);
    }

    private static void Capabilities(JsonObject? capabilities, Place place, Faults faults)
    {
        var added = capabilities.List("add") ?? [];
        for (var i = 0; i < added.Count; i++)
        {
            var name = added[i]?.ToString() ?? "";
            if (!GrantedCapabilities.IsGranted(name))
                faults.Absent(place.Field("add").At(i), $"capability {name} for containers, only those that a container runtime gives by default, without NET_RAW");
        }
    }
}
