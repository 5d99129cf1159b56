using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Identity;

/// <summary>One rule of a role: each of its verbs on each of its resources, or of its paths.</summary>
internal sealed record PolicyRule
{
    private const string All = "*";

    public IReadOnlyList<string> Verbs { get; init; } = [];
    public IReadOnlyList<string> ApiGroups { get; init; } = [];
    public IReadOnlyList<string> Resources { get; init; } = [];
    /// <summary>Empty for all.</summary>
    public IReadOnlyList<string> ResourceNames { get; init; } = [];
    public IReadOnlyList<string> NonResourceUrls { get; init; } = [];

    /// <summary>What it costs to look at.</summary>
    public int Size => Verbs.Count + ApiGroups.Count + Resources.Count + ResourceNames.Count + NonResourceUrls.Count;

    public static PolicyRule From(JsonObject rule) => new()
    {
        Verbs = KubernetesObject.Texts(rule["verbs"]),
        ApiGroups = KubernetesObject.Texts(rule["apiGroups"]),
        Resources = KubernetesObject.Texts(rule["resources"]),
        ResourceNames = KubernetesObject.Texts(rule["resourceNames"]),
        NonResourceUrls = KubernetesObject.Texts(rule["nonResourceURLs"]),
    };

    /// <summary>The rules of a Role or ClusterRole.</summary>
    public static IReadOnlyList<PolicyRule> Of(JsonObject role) => [.. new KubernetesObject(role).Items("rules").Select(From)];

    public JsonObject ToJson()
    {
        var rule = new JsonObject { ["verbs"] = JsonFields.Of(Verbs) };
        foreach (var (field, texts) in (ReadOnlySpan<(string, IReadOnlyList<string>)>)[("apiGroups", ApiGroups), ("resources", Resources), ("resourceNames", ResourceNames), ("nonResourceURLs", NonResourceUrls)])
            if (texts.Count > 0)
                rule[field] = JsonFields.Of(texts);
        return rule;
    }

    public bool Allows(AccessRequest request) => Has(Verbs, request.Verb)
        && (request.NonResourcePath is { } path
            ? NonResourceUrls.Any(url => CoversPath(url, path))
            : Has(ApiGroups, request.Group) && Resources.Any(resource => CoversResource(resource, request.QualifiedResource))
                && (ResourceNames.Count == 0 || ResourceNames.Contains(request.Name)));

    /// <summary>Whoever has this rule has the other one too. Several rules together may cover what none of them does alone.</summary>
    public bool Covers(PolicyRule other) => other.Verbs.All(verb => Has(Verbs, verb))
        && other.ApiGroups.All(group => Has(ApiGroups, group))
        && other.Resources.All(asked => Resources.Any(resource => CoversResource(resource, asked)))
        && other.NonResourceUrls.All(path => NonResourceUrls.Any(url => CoversPath(url, path)))
        && (ResourceNames.Count == 0 || (other.ResourceNames.Count > 0 && other.ResourceNames.All(ResourceNames.Contains)));

    private static bool Has(IReadOnlyList<string> texts, string text) => texts.Contains(All) || texts.Contains(text);

    private static bool CoversResource(string resource, string asked) => resource == All || resource == asked
        || (resource.StartsWith("*/", StringComparison.Ordinal) && asked.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && asked.AsSpan(slash).SequenceEqual(resource.AsSpan(1)));

    private static bool CoversPath(string url, string path) => url == All || url == path
        || (url.EndsWith('*') && path.StartsWith(url.TrimEnd('*'), StringComparison.Ordinal));

    /// <summary>As messages of Kubernetes show it.</summary>
    public override string ToString()
    {
        (string Name, IReadOnlyList<string> Texts)[] parts = [("APIGroups", ApiGroups), ("Resources", Resources), ("NonResourceURLs", NonResourceUrls), ("ResourceNames", ResourceNames), ("Verbs", Verbs)];
        return $"{{{string.Join(", ", parts.Where(part => part.Texts.Count > 0).Select(part => $"{part.Name}:{GoText.Quote(part.Texts)}"))}}}";
    }
}
