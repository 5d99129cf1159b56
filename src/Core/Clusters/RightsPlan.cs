using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>Everything a run does on a cluster as its caller, as questions; made without a cluster.</summary>
/// <param name="Namespace">The given namespace, or the name of one that a run could make.</param>
internal sealed record RightsPlan(string Namespace, bool Created, IReadOnlyList<AccessQuestion> Questions)
{
    /// <summary>Access reviews take any name; this one asks for namespaces that do not exist yet.</summary>
    private const string AnyNamespace = "kontrakt-preflight";

    private static readonly string[] Watching = ["get", "list", "watch"];

    /// <summary>That of kontrakts, and where builds run in a namespace of their own (KontraktBuildNamespace), that of builds.</summary>
    public static IReadOnlyList<RightsPlan> AllFor(KontraktSettings settings, IReadOnlyList<ApiResource> watched)
    {
        var kontrakts = For(settings, watched);
        var builds = string.IsNullOrWhiteSpace(settings.BuildNamespace) ? kontrakts : For(settings with { Namespace = settings.BuildNamespace, Keep = KeepPolicy.Never }, []);
        return builds.Namespace == kontrakts.Namespace ? [kontrakts] : [kontrakts, builds];
    }

    public static RightsPlan For(KontraktSettings settings, IReadOnlyList<ApiResource> watched)
    {
        var created = string.IsNullOrWhiteSpace(settings.Namespace);
        var ns = string.IsNullOrWhiteSpace(settings.Namespace) ? AnyNamespace : settings.Namespace.Trim();
        var questions = new List<AccessQuestion>();
        if (created)
        {
            Ask(null, "", "namespaces", null, settings.Keep == KeepPolicy.Never ? ["create", "get", "delete"] : ["create", "get", "delete", "patch"]);
        }
        else
        {
            Ask(ns, "", "serviceaccounts", null, settings.Keep == KeepPolicy.Never ? ["delete"] : ["delete", "patch"]);
            Ask(ns, AccessKinds.Group, "rolebindings", null, "delete");
        }
        Ask(ns, "", "serviceaccounts", null, ["create", .. Watching]);
        // In a namespace of its own the account has always the same name, and no token of another one is needed.
        AskOf(created ? LeaseNames.Account : null, "serviceaccounts", "token", "create");
        Ask(ns, AccessKinds.Group, "rolebindings", null, "create");
        Ask(ns, "", "pods", null, Watching);
        Ask(ns, "", "pods", "log", "get");
        Ask(ns, "", "events", null, Watching);
        foreach (var resource in watched)
            Ask(ns, resource.Kind.Group, resource.Plural, null, "list", "watch");
        if (!string.IsNullOrWhiteSpace(settings.ImagePullSecret))
        {
            Ask(ns, "", "secrets", null, "create");
            if (created)
                AskOf("default", "serviceaccounts", null, "patch");
        }
        return new(ns, created, questions);

        void AskOf(string? name, string resource, string? subresource, string verb) => questions.Add(new(verb, "", resource, ns, name, subresource));

        void Ask(string? where, string group, string resource, string? subresource, params ReadOnlySpan<string> verbs)
        {
            foreach (var verb in verbs)
                questions.Add(new(verb, group, resource, where, null, subresource));
        }
    }

    /// <summary>What is missing, right by right, those of a namespace together: "create namespaces", "in the namespace 'x': list pods, watch pods".</summary>
    public IReadOnlyList<string> Describe(IEnumerable<AccessQuestion> missing) =>
        [.. missing.Distinct().GroupBy(question => question.Namespace)
            .Select(group => Where(group.Key) + string.Join(", ", group.Select(question => $"{question.Verb} {Resource(question)}")))];

    public string Where(string? ns) => ns is null ? "" : Created ? "in namespaces it makes: " : $"in the namespace '{ns}': ";

    /// <summary>As kubectl and RBAC name it: resource.group/subresource.</summary>
    private static string Resource(AccessQuestion question) =>
        question.Resource + (question.Group.Length > 0 ? "." + question.Group : "") + (question.Subresource is { } subresource ? "/" + subresource : "")
        + (question.Name is { } name ? $" '{name}'" : "");
}
