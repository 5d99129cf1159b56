using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Discovery;

/// <summary>All groups with their resources in one document (apidiscovery.k8s.io, APIGroupDiscoveryList): one request where there were twenty.</summary>
internal sealed class AggregatedDiscovery(IReadOnlyList<ServedResource> resources)
{
    public JsonObject Write(IEnumerable<string> groups, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = DiscoveryDocuments.Array(groups.Select(Group)),
    };

    private JsonObject Group(string name)
    {
        var group = new JsonObject { ["metadata"] = name.Length == 0 ? [] : new JsonObject { ["name"] = name } };
        group["versions"] = DiscoveryDocuments.Array(DiscoveryDocuments.Versions(resources, name).Select(version => new JsonObject
        {
            ["version"] = version,
            ["freshness"] = "Current",
            ["resources"] = DiscoveryDocuments.Array(resources
                .Where(resource => resource.Group == name && resource.Version == version && resource.Singular.Length > 0).Select(Resource)),
        }));
        return group;
    }

    private JsonObject Resource(ServedResource resource)
    {
        var body = new JsonObject
        {
            ["resource"] = resource.Name,
            ["responseKind"] = BodyOf(resource),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["verbs"] = DiscoveryDocuments.Array(resource.Verbs),
            ["singularResource"] = resource.Singular,
        };
        if (resource.ShortNames.Count > 0)
            body["shortNames"] = DiscoveryDocuments.Array(resource.ShortNames);
        if (resource.Categories.Count > 0)
            body["categories"] = DiscoveryDocuments.Array(resource.Categories);
        var prefix = resource.Name + "/";
        var subresources = resources
            .Where(each => each.Group == resource.Group && each.Version == resource.Version && each.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(each => Subresource(each, each.Name[prefix.Length..])).ToList();
        if (subresources.Count > 0)
            body["subresources"] = DiscoveryDocuments.Array(subresources);
        return body;
    }

    private static JsonObject Subresource(ServedResource resource, string name) => new() { ["subresource"] = name, ["responseKind"] = BodyOf(resource), ["verbs"] = DiscoveryDocuments.Array(resource.Verbs) };

    private static JsonObject BodyOf(ServedResource resource) => new() { ["group"] = resource.Kind.Group, ["version"] = resource.Kind.Version, ["kind"] = resource.Kind.Kind };
}
