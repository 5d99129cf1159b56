using System.Collections.Frozen;
using System.Text;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Discovery;

/// <summary>What /version, /api and /apis say of what is served. Each is written once.</summary>
internal sealed class DiscoveryDocuments(IReadOnlyList<ServedResource> resources)
{
    private static readonly string[] AggregatedVersions = ["v2", "v2beta1"];

    private readonly FrozenDictionary<string, byte[]> byPath = Build(resources).ToFrozenDictionary(pair => pair.Path, pair => Encoding.UTF8.GetBytes(pair.Body.ToJsonString()));

    /// <summary>The document at a path without a slash at its end; null for none.</summary>
    public byte[]? Find(string path) => byPath.GetValueOrDefault(path);

    /// <summary>All groups in one document, where the client takes it; with its content type.</summary>
    public (string ContentType, byte[] Body)? FindAggregated(string path, string accept)
    {
        if (path is not ("/api" or "/apis"))
            return null;
        // In the order that the client wants them.
        foreach (var type in accept.Split(',', StringSplitOptions.TrimEntries))
            foreach (var form in AggregatedVersions)
                if (type.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal) && type.Contains("g=apidiscovery.k8s.io", StringComparison.Ordinal)
                    && type.Split(';', StringSplitOptions.TrimEntries).Contains($"v={form}"))
                    return ($"application/json;g=apidiscovery.k8s.io;v={form};as=APIGroupDiscoveryList", byPath[$"{path}#{form}"]);
        return null;
    }

    private static IEnumerable<(string Path, JsonObject Body)> Build(IReadOnlyList<ServedResource> resources)
    {
        yield return ("/version", EngineVersion.ToJson());
        yield return ("/api", new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"), ["serverAddressByClientCIDRs"] = new JsonArray() });
        var groups = resources.Where(resource => resource.Group.Length > 0).Select(resource => resource.Group).Distinct().ToList();
        yield return ("/apis", new() { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = Array(groups.Select(group => Group(resources, group))) });
        foreach (var group in groups)
            yield return ($"/apis/{group}", With(new() { ["kind"] = "APIGroup", ["apiVersion"] = "v1" }, Group(resources, group)));
        foreach (var version in resources.GroupBy(resource => (resource.Group, resource.Version)))
            yield return (version.Key.Group.Length == 0 ? $"/api/{version.Key.Version}" : $"/apis/{version.Key.Group}/{version.Key.Version}",
                new() { ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = GroupVersion(version.Key.Group, version.Key.Version), ["resources"] = Array(version.Select(Resource)) });
        foreach (var form in AggregatedVersions)
        {
            yield return ($"/api#{form}", new AggregatedDiscovery(resources).Write([""], form));
            yield return ($"/apis#{form}", new AggregatedDiscovery(resources).Write(groups, form));
        }
    }

    private static JsonObject Group(IReadOnlyList<ServedResource> resources, string name)
    {
        var versions = Versions(resources, name).Select(version => new JsonObject { ["groupVersion"] = GroupVersion(name, version), ["version"] = version }).ToList();
        return new() { ["name"] = name, ["versions"] = Array(versions), ["preferredVersion"] = versions[0].DeepClone() };
    }

    /// <summary>In the order of preference.</summary>
    internal static IEnumerable<string> Versions(IReadOnlyList<ServedResource> resources, string group) =>
        resources.Where(resource => resource.Group == group).Select(resource => resource.Version).Distinct().Order(VersionOrder.Instance);

    internal static JsonArray Array(IEnumerable<JsonNode> nodes) => new([.. nodes]);

    internal static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonObject Resource(ServedResource resource)
    {
        var body = new JsonObject { ["name"] = resource.Name, ["singularName"] = resource.Singular, ["namespaced"] = resource.Namespaced };
        if (resource.Kind.Group != resource.Group || resource.Kind.Version != resource.Version)
            (body["group"], body["version"]) = (resource.Kind.Group, resource.Kind.Version);
        body["kind"] = resource.Kind.Kind;
        body["verbs"] = Array(resource.Verbs);
        if (resource.ShortNames.Count > 0)
            body["shortNames"] = Array(resource.ShortNames);
        if (resource.Categories.Count > 0)
            body["categories"] = Array(resource.Categories);
        return body;
    }

    private static string GroupVersion(string group, string version) => group.Length == 0 ? version : $"{group}/{version}";

    private static JsonObject With(JsonObject body, JsonObject more)
    {
        foreach (var (name, value) in more)
            body[name] = value?.DeepClone();
        return body;
    }
}
