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
    private static readonly string[] Lists = ["containers", "initContainers"];
    private static readonly string[] Fields = ["requests", "limits"];

    /// <summary>The env entry, envFrom entry or volume that names what is missing; else the container; else the template.</summary>
    public static SourceLocation Locate(PodTemplate template, string container, MissingReference? missing)
    {
        if (missing is not null && Find(template, container, missing) is { } path)
            return template.Manifest.Locate([.. template.Path, "spec", .. path]);
        return container.Length > 0 ? template.LocateContainer(container) : Template(template);
    }

    /// <summary>The container's command (or its args), since that is what cannot be started.</summary>
    public static SourceLocation Command(PodTemplate template, string container) =>
        Containers(template).FirstOrDefault(each => Text(each.Item, "name") == container && each.Item["command"] is not null) is { Path: { } path }
            ? template.Manifest.Locate([.. template.Path, "spec", .. path, "command"]) : template.LocateContainer(container);

    /// <summary>The probe by which a container that runs is not ready yet; null where it has none.</summary>
    public static SourceLocation? Probe(PodTemplate template, string container)
    {
        var found = Containers(template).FirstOrDefault(each => Text(each.Item, "name") == container);
        var probe = found.Item?["readinessProbe"] is not null ? "readinessProbe" : found.Item?["startupProbe"] is not null ? "startupProbe" : null;
        return probe is null ? null : template.Manifest.Locate([.. template.Path, "spec", .. found.Path, probe]);
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
        foreach (var (path, item) in Containers(template))
            if (Text(item, "name") == container && Environment(item, missing) is { } below)
                return [.. path, .. below];
        return null;
    }

    private static object[]? Environment(JsonNode container, MissingReference missing)
    {
        var (keyRef, whole) = missing.Kind == "Secret" ? ("secretKeyRef", "secretRef") : ("configMapKeyRef", "configMapRef");
        foreach (var (index, variable) in Items(container, "env"))
        {
            var reference = KubernetesObject.At(variable, "valueFrom", keyRef);
            if (reference is not null && Text(reference, "name") == missing.Name && (missing.Key is null || Text(reference, "key") == missing.Key))
                return ["env", index, "valueFrom", keyRef, missing.Key is null ? "name" : "key"];
        }
        foreach (var (index, source) in Items(container, "envFrom"))
            if (KubernetesObject.At(source, whole, "name")?.ToString() == missing.Name)
                return ["envFrom", index, whole, "name"];
        return null;
    }

    private static object[]? Volume(PodTemplate template, MissingReference missing)
    {
        foreach (var (index, volume) in Items(Spec(template), "volumes"))
        {
            var source = Source(volume, missing);
            if (missing.Volume is { } name ? Text(volume, "name") == name : source is not null)
                return ["volumes", index, .. source ?? []];
        }
        return null;
    }

    private static object[]? Source(JsonObject volume, MissingReference missing)
    {
        var (source, field) = missing.Kind == "Secret" ? ("secret", "secretName") : ("configMap", "name");
        if (volume[source] is { } single && (missing.Name.Length == 0 || Text(single, field) == missing.Name))
            return missing.Key is { } own && Item(single, own) is { } place ? [source, .. place] : [source, field];
        foreach (var (index, item) in Items(volume["projected"], "sources"))
            if (item[source] is { } part && (missing.Name.Length == 0 || Text(part, "name") == missing.Name))
                return ["projected", "sources", index, source, .. missing.Key is { } key && Item(part, key) is { } found ? found : ["name"]];
        return null;
    }

    private static object[]? Item(JsonNode source, string key)
    {
        foreach (var (index, item) in Items(source, "items"))
            if (Text(item, "key") == key)
                return ["items", index, "key"];
        return null;
    }

    /// <summary>The request (or the limit that means it) of the first container that asks for a resource.</summary>
    private static object[]? Requests(PodTemplate template, string resource) =>
        (from list in Lists
         from field in Fields
         from each in Items(Spec(template), list)
         where KubernetesObject.At(each.Item, "resources", field, resource) is not null
         select (object[])[list, each.Index, "resources", field, resource]).FirstOrDefault();

    // kube-scheduler, NodeResourcesFit: "1 Insufficient cpu, 2 Insufficient nvidia.com/gpu."
    [GeneratedRegex("""Insufficient (?<resource>[a-zA-Z0-9./-]*[a-zA-Z0-9])""")]
    private static partial Regex Lacking();

    private static JsonNode? Spec(PodTemplate template) => template.Manifest.Object.At([.. template.Path, "spec"]);

    private static IEnumerable<(object[] Path, JsonObject Item)> Containers(PodTemplate template) =>
        from list in Lists from each in Items(Spec(template), list) select (Path: (object[])[list, each.Index], each.Item);

    private static IEnumerable<(int Index, JsonObject Item)> Items(JsonNode? parent, string name) =>
        ((parent as JsonObject)?[name] as JsonArray ?? []).Index().SelectMany(each => each.Item is JsonObject item ? [(each.Index, item)] : Array.Empty<(int, JsonObject)>());

    private static string Text(JsonNode? node, string key) => (node as JsonObject)?[key]?.ToString() ?? "";
}
