using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

internal static class ContainerDefaults
{
    public static void Apply(JsonObject container)
    {
        container.Default("imagePullPolicy", IsLatest(container.Text("image")) ? "Always" : "IfNotPresent");
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        container.Always("resources");
        foreach (var port in container.Each("ports"))
            port.Default("protocol", "TCP");
        foreach (var variable in container.Each("env"))
            Source(variable.Map("valueFrom"));
        foreach (var probe in (ReadOnlySpan<string>)["livenessProbe", "readinessProbe", "startupProbe"])
            Probe(container.Map(probe));
        foreach (var handler in (ReadOnlySpan<string>)["postStart", "preStop"])
            Http(container.Map("lifecycle").Map(handler).Map("httpGet"));
    }

    /// <summary>Where a value comes from: of a variable, or of a file of a downward API volume.</summary>
    public static void Source(JsonObject? source)
    {
        source.Map("fieldRef")?.Default("apiVersion", "v1");
        source.Map("resourceFieldRef")?.Default("divisor", "0");
    }

    /// <summary>What is limited is requested; in pods, not in their templates.</summary>
    public static void Requests(JsonObject container)
    {
        if (container.Map("resources") is not { } resources || resources.Map("limits") is not { Count: > 0 } limits)
            return;
        var requests = resources.Always("requests");
        foreach (var (resource, amount) in limits)
            if (!requests.ContainsKey(resource))
                requests[resource] = amount?.DeepClone();
    }

    private static void Probe(JsonObject? probe)
    {
        if (probe is null)
            return;
        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
        Http(probe.Map("httpGet"));
        probe.Map("grpc")?.TryAdd("service", "");
    }

    private static void Http(JsonObject? request)
    {
        request?.Default("path", "/");
        request?.Default("scheme", "HTTP");
    }

    /// <summary>An image without a tag is its latest; by digest alone it is a fixed one.</summary>
    private static bool IsLatest(string image)
    {
        if (image.Length == 0)
            return false;
        var digest = image.IndexOf('@', StringComparison.Ordinal);
        var name = digest < 0 ? image : image[..digest];
        var colon = name.IndexOf(':', name.LastIndexOf('/') + 1);
        return colon < 0 ? digest < 0 : name[(colon + 1)..] == "latest";
    }
}
