using Kontrakt.Engine.Api.Verbs;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Discovery;

/// <summary>One line of discovery: a resource, or a subresource ("pods/log").</summary>
/// <param name="Kind">What its bodies are; of a group of its own for some subresources.</param>
internal sealed record ServedResource(string Group, string Version, string Name, bool Namespaced, GroupVersionKind Kind, string[] Verbs)
{
    private static readonly string[] AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] ChangeVerbs = ["get", "patch", "update"];

    public IReadOnlyList<string> ShortNames { get; init; } = [];
    public IReadOnlyList<string> Categories { get; init; } = [];
    /// <summary>"" for a subresource.</summary>
    public string Singular { get; init; } = "";

    /// <param name="custom">The kinds beside those that are built in.</param>
    public static IReadOnlyList<ServedResource> All(IEnumerable<ServedKind> custom) =>
    [
        .. ServedKinds.All.SelectMany(Of),
        .. MetricsKinds.All.SelectMany(Of),
        .. custom.SelectMany(Of),
        .. AbsentKinds.All.Select(Of),
        .. ReviewEndpoint.All.Select(review => new ServedResource(review.Group, "v1", review.Plural, review.Namespaced, new(review.Group, "v1", review.Kind), ["create"]) { Singular = review.Kind.ToLowerInvariant() }),
    ];

    private static IEnumerable<ServedResource> Of(ServedKind served)
    {
        var kind = served.Resource;
        var (group, version) = (kind.Group, kind.GroupVersionKind.Version);
        var verbs = served.IsComputed ? ["get", "list"] : served.IsDeletedByCollection ? AllVerbs : AllVerbs.Where(verb => verb != "deletecollection").ToArray();
        yield return new(group, version, kind.Plural, kind.Namespaced, kind.GroupVersionKind, verbs)
        {
            ShortNames = kind.ShortNames,
            Categories = kind.Categories,
            Singular = kind.Singular,
        };
        foreach (var subresource in kind.Subresources)
            yield return Subresource(kind, subresource);
    }

    private static ServedResource Subresource(ResourceKind kind, string name)
    {
        var (body, verbs) = name switch
        {
            "scale" => (new GroupVersionKind("autoscaling", "v1", "Scale"), ChangeVerbs),
            "finalize" => (kind.GroupVersionKind, ["update"]),
            "log" => (kind.GroupVersionKind, ["get"]),
            "exec" => (new("", "v1", "PodExecOptions"), ["create", "get"]),
            "portforward" => (new("", "v1", "PodPortForwardOptions"), ["create", "get"]),
            "eviction" => (new("policy", "v1", "Eviction"), ["create"]),
            "token" => (new("authentication.k8s.io", "v1", "TokenRequest"), ["create"]),
            _ => (kind.GroupVersionKind, ChangeVerbs),
        };
        return new(kind.Group, kind.GroupVersionKind.Version, $"{kind.Plural}/{name}", kind.Namespaced, body, verbs);
    }

    private static ServedResource Of(AbsentKind kind) =>
        new(kind.Kind.Group, kind.Kind.Version, kind.Plural, kind.Namespaced, kind.Kind, ["create"]) { ShortNames = kind.ShortNames, Singular = kind.Kind.Kind.ToLowerInvariant() };
}
