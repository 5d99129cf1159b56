using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Validation;

/// <summary>What Kubernetes has and the engine refuses: each with the way out, so that nobody wonders why it has no effect.</summary>
internal static class EngineLimits
{
    private const string Scheduler = "default-scheduler";

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
        if (container.Map("securityContext").Text("procMount") is "Unmasked")
            faults.Absent(context.Field("procMount"), "unmasked /proc");
        Context(container.Map("securityContext"), context, faults);
    }

    private static void Context(JsonObject? context, Place place, Faults faults)
    {
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("seLinuxOptions", "SELinux"), ("windowsOptions", "Windows containers")])
            if (context.Map(field) is { Count: > 0 })
                faults.Absent(place.Field(field), what);
        foreach (var (field, what) in (ReadOnlySpan<(string, string)>)[("seccompProfile", "seccomp profiles of a node"), ("appArmorProfile", "AppArmor profiles of a node")])
            if (context.Map(field).Text("type") == "Localhost")
                faults.Absent(place.Field(field).Field("type"), what);
    }
}
