using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>What in the manifests leads out of the kontrakt's own namespace: kinds of access, and names of hosts in settings, arguments and data.</summary>
internal sealed class OutsideReads(KontraktManifests manifests)
{
    private readonly HostNames _own = new(manifests.Objects.Where(manifest => manifest.Object.Kind == "Service")
        .GroupBy(manifest => manifest.Object.Name).ToDictionary(services => services.Key, services => services.Any(service => service.Object.Text("spec", "clusterIP") == "None")));

    /// <summary>The end of a sentence that begins with "its verdict is not kept:"; null where nothing leads out.</summary>
    public string? Find(IReadOnlyList<PodTemplate> templates) =>
        manifests.Objects.Select(Service).FirstOrDefault(reason => reason is not null)
        ?? templates.Select(HostNetwork).FirstOrDefault(reason => reason is not null)
        ?? templates.SelectMany(Variables).FirstOrDefault()
        ?? manifests.Objects.Select(Binding).FirstOrDefault(reason => reason is not null)
        ?? manifests.Objects.SelectMany(manifest => Data(manifest).SelectMany(entry => _own.OutsideIn(entry.Text).Append(_own.WholeOutside(entry.Name, entry.Text)).OfType<string>())
            .Concat(Texts(manifest).SelectMany(_own.OutsideIn)).Select(host => Reaches(manifest, host))).FirstOrDefault();

    private static string? Service(Manifest manifest) => manifest.Object.Kind != "Service" ? null : manifest.Object.Text("spec", "type") switch
    {
        "ExternalName" => $"{manifest.Title} is the name of something outside ({manifest.Object.Text("spec", "externalName")})",
        "LoadBalancer" => $"{manifest.Title} is of type LoadBalancer, which something outside provides",
        _ => manifest.Object.At("spec", "selector") is JsonObject { Count: > 0 } ? null : $"{manifest.Title} selects no pods, so that it may lead anywhere",
    };

    /// <summary>What a role of the cluster's allows is not in the kontrakt.</summary>
    private static string? Binding(Manifest manifest) => manifest.Object.Kind == "RoleBinding" && manifest.Object.Text("roleRef", "kind") == "ClusterRole"
        ? $"{manifest.Title} gives what the cluster's role '{manifest.Object.Text("roleRef", "name")}' allows" : null;

    private static string? HostNetwork(PodTemplate template) =>
        template.Manifest.Object.Text([.. template.Path, "spec", "hostNetwork"]) == "true" ? $"{template.Manifest.Title} is on its node's network"
        : template.Manifest.Object.At([.. template.Path, "spec", "hostAliases"]) is JsonArray { Count: > 0 } ? $"{template.Manifest.Title} gives names to addresses of its own (hostAliases)" : null;

    /// <summary>Variables whose value is a host: those that are named for one, and those whose value can be nothing else; arguments that can be nothing else.</summary>
    private IEnumerable<string> Variables(PodTemplate template) =>
        from container in template.Containers
        from value in template.Manifest.Object.Items([.. container.Path, "env"]).Select(variable => (Name: variable["name"]?.ToString() ?? "", Value: variable["value"]?.ToString() ?? ""))
            .Concat(Words(template.Manifest, [.. container.Path, "command"])).Concat(Words(template.Manifest, [.. container.Path, "args"]))
        let host = _own.WholeOutside(value.Name, value.Value)
        where host is not null
        select Reaches(template.Manifest, host);

    private static IEnumerable<(string Name, string Value)> Words(Manifest manifest, object[] path) =>
        (manifest.Object.At(path) as JsonArray ?? []).Select(word => ("", word?.ToString() ?? ""));

    private static string Reaches(Manifest manifest, string host) => $"{manifest.Title} names '{host}', which is not in the kontrakt. If that does not matter to its tests, they can say {KontraktAnnotations.Cache}: \"true\"";

    /// <summary>What a ConfigMap or a Secret holds, by name; what is encoded is decoded.</summary>
    private static IEnumerable<(string Name, string Text)> Data(Manifest manifest) =>
        from field in manifest.Object.Kind is "ConfigMap" or "Secret" ? ["data", "stringData", "binaryData"] : Array.Empty<string>()
        from entry in manifest.Object.At(field) as JsonObject ?? []
        let text = entry.Value?.ToString() ?? ""
        select (entry.Key, field == "binaryData" || (field == "data" && manifest.Object.Kind == "Secret") ? Decoded(text) : text);

    /// <summary>Every text of another object but its metadata and its images' references.</summary>
    private static IEnumerable<string> Texts(Manifest manifest) => manifest.Object.Kind is "ConfigMap" or "Secret" ? [] : Texts(manifest.Object.Json, "");

    private static IEnumerable<string> Texts(JsonNode? node, string key) => node switch
    {
        JsonObject map => map.Where(pair => pair.Key != "metadata").SelectMany(pair => Texts(pair.Value, pair.Key)),
        JsonArray list => list.SelectMany(item => Texts(item, key)),
        JsonValue value when key != "image" => [value.ToString()],
        _ => [],
    };

    private static string Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : text;
    }
}
