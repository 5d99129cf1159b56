using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>The resources of one group and version (meta/v1 APIResourceList), subresources left out.</summary>
internal sealed record ResourceList(IReadOnlyList<ApiResource> Resources)
{
    public static ResourceList None { get; } = new([]);

    public static ResourceList Parse(string group, string version, JsonNode body)
    {
        var resources = new List<ApiResource>();
        foreach (var item in new KubernetesObject(body.AsObject()).Items("resources").Select(item => new KubernetesObject(item)))
        {
            var plural = item.Text("name");
            if (plural.Length == 0 || plural.Contains('/', StringComparison.Ordinal) || item.Kind.Length == 0)
                continue;
            var verbs = (item.At("verbs") as JsonArray)?.Select(verb => verb?.ToString() ?? "") ?? [];
            resources.Add(new(new(Or(item.Text("group"), group), Or(item.Text("version"), version), item.Kind), plural, item.Text("namespaced") == "true", [.. verbs]));
        }
        return new(resources);
    }

    /// <summary>An APIGroupDiscoveryList (apidiscovery.k8s.io v2): all groups at once, versions in order of preference.</summary>
    public static IEnumerable<ApiResource> ParseAggregated(KubernetesObject list, IDictionary<string, string> broken)
    {
        var resources = new List<ApiResource>();
        foreach (var group in list.Items("items").Select(item => new KubernetesObject(item)))
            foreach (var version in group.Items("versions").Select(item => new KubernetesObject(item)))
            {
                if (version.Text("freshness") == "Stale")
                    broken[$"{group.Name}/{version.Text("version")}"] = "its API service does not answer; what it last said is used";
                foreach (var resource in version.Items("resources").Select(item => new KubernetesObject(item)).Where(item => item.Text("responseKind", "kind").Length > 0))
                    resources.Add(new(
                        new(Or(resource.Text("responseKind", "group"), group.Name), Or(resource.Text("responseKind", "version"), version.Text("version")), resource.Text("responseKind", "kind")),
                        resource.Text("resource"), resource.Text("scope") == "Namespaced", [.. (resource.At("verbs") as JsonArray)?.Select(verb => verb?.ToString() ?? "") ?? []]));
            }
        return resources;
    }

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
