using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using GrantedCapabilities = Kontrakt.Engine.Pods.Sandboxes.Capabilities;

namespace Kontrakt.Engine.Resources;

/// <summary>What Kubernetes has and the engine refuses: each with the way out, so that nobody wonders why it has no effect.</summary>
internal static class EngineLimits
{
    private const string Scheduler = "default-scheduler";

    public static void Pod(JsonObject spec, Place place, Faults faults)
    {
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("hostNetwork", "host network for pods"), ("hostPID", "host processes for pods"), ("hostIPC", "host IPC for pods"), ("shareProcessNamespace", "process namespace shared by the containers of a pod")])
            if (spec.Flag(field))
                faults.Absent(place.Field(field), what);
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("runtimeClassName", "runtime classes")])
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
        if (spec.Map("overhead") is { Count: > 0 })
            faults.Absent(place.Field("overhead"), "pod overhead");
        if (spec.Flag("setHostnameAsFQDN"))
            faults.Absent(place.Field("setHostnameAsFQDN"), "host names with a domain");
        if (spec.Map("securityContext").Text("supplementalGroupsPolicy") is "Strict")
            faults.Absent(context.Field("supplementalGroupsPolicy"), "policy of supplementary groups but Merge");
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
        Ignored(container, place, faults);
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

    /// <summary>What would be accepted and do nothing.</summary>
    private static void Ignored(JsonObject container, Place place, Faults faults)
    {
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("stdin", "standard input for containers"), ("tty", "terminals for containers")])
            if (container.Flag(field))
                faults.Absent(place.Field(field), what);
        var resources = place.Field("resources");
        if (container.Map("resources").List("claims") is { Count: > 0 })
            faults.Absent(resources.Field("claims"), "resource claims");
        foreach (var list in (ReadOnlySpan<string>)["limits", "requests"])
            foreach (var (resource, amount) in container.Map("resources").Map(list) ?? [])
                if (resource is not ("cpu" or "memory" or "ephemeral-storage") && amount?.ToString() is not "0")
                    faults.Absent(resources.Field(list).Key(resource), $"{resource} on its node");
    }
}
