using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Volumes;

namespace Kontrakt.Engine.Pods.Specs;

/// <summary>What a pod asks for and the embedded engine does not have: it says so, instead of running the pod in another way.</summary>
internal static class UnsupportedFeatures
{
    public const string WayOut = "Name a cluster that does (KontraktKubeContext), or leave it out.";

    /// <returns>A sentence for each.</returns>
    public static IReadOnlyList<string> Of(PodDefinition pod)
    {
        var found = new List<string>();
        // The API refuses such names before; here they would be folders outside of the pod's own.
        found.AddRange(pod.Containers.Select(container => container.Name).Concat(pod.View.Items("spec", "volumes").Select(volume => volume["name"]?.ToString() ?? ""))
            .Where(name => name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0).Select(name => $"the name '{name}'"));
        foreach (var field in (ReadOnlySpan<string>)["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"])
        {
            if (pod.View.Text("spec", field) == "true")
                found.Add($"spec.{field}");
        }
        found.AddRange(PodVolumes.Unsupported(pod).Select(each => $"volume '{each.Volume}' of type {each.Type}"));
        if (pod.View.Text("spec", "runtimeClassName") is { Length: > 0 } runtime)
            found.Add($"spec.runtimeClassName {runtime}");
        if (IsOtherFilter(pod.View.Text("spec", "securityContext", "seccompProfile", "type")))
            found.Add($"spec.securityContext.seccompProfile {pod.View.Text("spec", "securityContext", "seccompProfile", "type")}");
        foreach (var container in pod.Containers)
            found.AddRange(Of(container).Select(what => $"container '{container.Name}': {what}"));
        return [.. found.Select(what => $"the embedded engine does not support {what}")];
    }

    private static IEnumerable<string> Of(ContainerDefinition container)
    {
        if (container.Text("securityContext", "privileged") == "true")
            yield return "securityContext.privileged";
        foreach (var name in container.Texts("securityContext", "capabilities", "add").Where(name => !Capabilities.IsGranted(name)))
            yield return $"securityContext.capabilities.add {name}";
        if (IsOtherFilter(container.Text("securityContext", "seccompProfile", "type")))
            yield return $"securityContext.seccompProfile {container.Text("securityContext", "seccompProfile", "type")}";
        if (container.Items("volumeDevices").Any())
            yield return "volumeDevices";
        if (container.Items("ports").Any(port => port["hostPort"] is { } host && host.ToString() != "0"))
            yield return "ports.hostPort";
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            if (container.At(probe, "grpc") is not null)
                yield return $"{probe}.grpc";
        }
        foreach (var hook in (string[])["postStart", "preStop"])
        {
            if (container.At("lifecycle", hook, "tcpSocket") is not null)
                yield return $"lifecycle.{hook}.tcpSocket";
        }
    }

    /// <summary>Every container has the engine's filter of system calls, and no other.</summary>
    private static bool IsOtherFilter(string type) => type is "Unconfined" or "Localhost";
}
