using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Where in the YAML a pod's trouble comes from.</summary>
internal static partial class PodTemplatePlaces
{
    /// <summary>The env entry, envFrom entry or volume that names what is missing; else the container; else the template.</summary>
    public static SourceLocation Locate(PodTemplate template, string container, MissingReference? missing)
    {
        if (missing is not null && Find(template, container, missing) is { } path)
            return template.Manifest.Locate([.. template.Path, "spec", .. path]);
        return container.Length > 0 ? template.LocateContainer(container) : Template(template);
    }

    /// <summary>The container's command (or its args), since that is what cannot be started.</summary>
    public static SourceLocation Command(PodTemplate template, string container)
    {
        foreach (var list in new[] { "containers", "initContainers" })
        {
            var containers = List(template, list);
            for (var i = 0; i < containers.Count; i++)
            {
                if (Text(containers[i], "name") == container && containers[i]?["command"] is not null)
                    return template.Manifest.Locate([.. template.Path, "spec", list, i, "command"]);
            }
        }
        return template.LocateContainer(container);
    }

    /// <summary>What the scheduler could not satisfy: requests, node selector or affinity, tolerations.</summary>
    public static SourceLocation Scheduling(PodTemplate template, string message)
    {
        var spec = new List<object>();
        if (Lacking().Match(message) is { Success: true } lacking && Requests(template, lacking.Groups["resource"].Value) is { } requests)
            spec.AddRange(requests);
        else if (message.Contains("node selector", StringComparison.Ordinal) || message.Contains("node affinity", StringComparison.Ordinal))
            spec.Add(Spec(template)?["nodeSelector"] is not null ? "nodeSelector" : "affinity");
        else if (message.Contains("taint", StringComparison.Ordinal) && Spec(template)?["tolerations"] is not null)
            spec.Add("tolerations");
        return spec.Count == 0 || template.Manifest.Node.At([.. template.Path, "spec", .. spec]) is null
            ? Template(template)
            : template.Manifest.Locate([.. template.Path, "spec", .. spec]);
    }

    public static SourceLocation Template(PodTemplate template) => template.Manifest.Locate([.. template.Path]);

    private static object[]? Find(PodTemplate template, string container, MissingReference missing)
    {
        if (missing.Volume is not null || container.Length == 0)
            return Volume(template, missing);
        foreach (var list in new[] { "containers", "initContainers" })
        {
            var containers = List(template, list);
            for (var i = 0; i < containers.Count; i++)
            {
                if (containers[i] is { } found && Text(found, "name") == container && Environment(found, missing) is { } path)
                    return [list, i, .. path];
            }
        }
        return null;
    }

    private static object[]? Environment(JsonNode container, MissingReference missing)
    {
        var (keyRef, whole) = missing.Kind == "Secret" ? ("secretKeyRef", "secretRef") : ("configMapKeyRef", "configMapRef");
        var env = container["env"] as JsonArray ?? [];
        for (var i = 0; i < env.Count; i++)
        {
            var reference = KubernetesObject.At(env[i], "valueFrom", keyRef);
            if (reference is null || Text(reference, "name") != missing.Name || (missing.Key is not null && Text(reference, "key") != missing.Key))
                continue;
            return ["env", i, "valueFrom", keyRef, missing.Key is null ? "name" : "key"];
        }
        var from = container["envFrom"] as JsonArray ?? [];
        for (var i = 0; i < from.Count; i++)
        {
            if (KubernetesObject.At(from[i], whole, "name")?.ToString() == missing.Name)
                return ["envFrom", i, whole, "name"];
        }
        return null;
    }

    private static object[]? Volume(PodTemplate template, MissingReference missing)
    {
        var volumes = List(template, "volumes");
        for (var i = 0; i < volumes.Count; i++)
        {
            var matches = missing.Volume is { } name ? Text(volumes[i], "name") == name : Source(volumes[i], missing) is not null;
            if (matches)
                return ["volumes", i, .. Source(volumes[i], missing) ?? []];
        }
        return null;
    }

    private static object[]? Source(JsonNode? volume, MissingReference missing)
    {
        var (source, field) = missing.Kind == "Secret" ? ("secret", "secretName") : ("configMap", "name");
        if (volume?[source] is { } single && (missing.Name.Length == 0 || Text(single, field) == missing.Name))
            return missing.Key is { } key && Item(single, key) is { } item ? [source, .. item] : [source, field];
        var projected = KubernetesObject.At(volume, "projected", "sources") as JsonArray ?? [];
        for (var i = 0; i < projected.Count; i++)
        {
            if (projected[i]?[source] is { } part && (missing.Name.Length == 0 || Text(part, "name") == missing.Name))
                return ["projected", "sources", i, source, .. missing.Key is { } key && Item(part, key) is { } item ? item : ["name"]];
        }
        return null;
    }

    private static object[]? Item(JsonNode source, string key)
    {
        var items = source["items"] as JsonArray ?? [];
        for (var i = 0; i < items.Count; i++)
        {
            if (Text(items[i], "key") == key)
                return ["items", i, "key"];
        }
        return null;
    }

    /// <summary>The request (or the limit that means it) of the first container that asks for a resource.</summary>
    private static object[]? Requests(PodTemplate template, string resource)
    {
        foreach (var list in new[] { "containers", "initContainers" })
        {
            var containers = List(template, list);
            foreach (var field in new[] { "requests", "limits" })
            {
                for (var i = 0; i < containers.Count; i++)
                {
                    if (KubernetesObject.At(containers[i], "resources", field, resource) is not null)
                        return [list, i, "resources", field, resource];
                }
            }
        }
        return null;
    }

    // kube-scheduler, NodeResourcesFit: "1 Insufficient cpu, 2 Insufficient nvidia.com/gpu."
    [GeneratedRegex("""Insufficient (?<resource>[a-zA-Z0-9./-]*[a-zA-Z0-9])""")]
    private static partial Regex Lacking();

    private static JsonNode? Spec(PodTemplate template) => template.Manifest.Object.At([.. template.Path, "spec"]);

    private static JsonArray List(PodTemplate template, string name) => Spec(template)?[name] as JsonArray ?? [];

    private static string Text(JsonNode? node, string key) => (node as JsonObject)?[key]?.ToString() ?? "";
}
