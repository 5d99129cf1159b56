using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs.Looking;

/// <summary>Names of kinds as kubectl takes them: po, pod, pods; those that it does not know are looked for on the server.</summary>
internal static class KindNames
{
    /// <summary>What a name without a kind is.</summary>
    public const string Pod = "pod";

    /// <summary>The kind in lower case, its plural, its short name, and its group and version, which all servers have except for CronJob.</summary>
    private static readonly (string Plural, string Short, GroupVersionKind Kind)[] Known =
    [
        ("pods", "po", new("", "v1", "Pod")), ("services", "svc", new("", "v1", "Service")), ("configmaps", "cm", new("", "v1", "ConfigMap")), ("secrets", "", new("", "v1", "Secret")),
        ("serviceaccounts", "sa", new("", "v1", "ServiceAccount")), ("persistentvolumeclaims", "pvc", new("", "v1", "PersistentVolumeClaim")), ("endpoints", "ep", new("", "v1", "Endpoints")),
        ("events", "ev", new("", "v1", "Event")), ("replicationcontrollers", "rc", new("", "v1", "ReplicationController")), ("resourcequotas", "quota", new("", "v1", "ResourceQuota")),
        ("deployments", "deploy", new("apps", "v1", "Deployment")), ("statefulsets", "sts", new("apps", "v1", "StatefulSet")), ("daemonsets", "ds", new("apps", "v1", "DaemonSet")),
        ("replicasets", "rs", new("apps", "v1", "ReplicaSet")), ("jobs", "", new("batch", "v1", "Job")), ("cronjobs", "cj", new("batch", "v1", "CronJob")),
        ("ingresses", "ing", new("networking.k8s.io", "v1", "Ingress")), ("networkpolicies", "netpol", new("networking.k8s.io", "v1", "NetworkPolicy")),
        ("horizontalpodautoscalers", "hpa", new("autoscaling", "v1", "HorizontalPodAutoscaler")), ("poddisruptionbudgets", "pdb", new("policy", "v1", "PodDisruptionBudget")),
        ("roles", "", new(AccessKinds.Group, "v1", "Role")), ("rolebindings", "", new(AccessKinds.Group, "v1", "RoleBinding")),
    ];

    /// <summary>Whether it is a kind of Kubernetes' own.</summary>
    public static bool IsKnown(string word) => Find(word) is not null;

    /// <summary>The kind in lower case, as names of objects begin; the word itself where it is not one of Kubernetes' own.</summary>
    public static string Singular(string word) => (Find(word)?.Kind.Kind ?? word).ToLowerInvariant();

    /// <summary>The resource; null where the server has none of that name.</summary>
    public static async Task<ApiResource?> FindAsync(ClusterClient client, string word, CancellationToken cancellationToken)
    {
        var known = Find(word);
        if (known is { } found && await client.FindResourceAsync(found.Kind, cancellationToken) is { } resource)
            return resource;
        // Of several groups that have the name, Kubernetes' own comes first.
        return (await ServerKinds.ListAsync(client, cancellationToken)).Where(each => each.Namespaced && Is(each, known?.Plural ?? word)).OrderBy(each => each.Kind.Group, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>What somebody may have intended by a kind that does not exist.</summary>
    public static async Task<string?> NearestAsync(ClusterClient client, string word, IEnumerable<string> others, CancellationToken cancellationToken) =>
        NearestName.Of(word, [.. Known.SelectMany(each => new[] { each.Plural, each.Kind.Kind.ToLowerInvariant() }),
            .. (await ServerKinds.ListAsync(client, cancellationToken)).Where(each => each.Namespaced).SelectMany(each => new[] { each.Plural, each.Kind.Kind.ToLowerInvariant() }), .. others]);

    private static (string Plural, GroupVersionKind Kind)? Find(string word)
    {
        foreach (var (plural, brief, kind) in Known)
            if (word.Equals(plural, StringComparison.OrdinalIgnoreCase) || word.Equals(kind.Kind, StringComparison.OrdinalIgnoreCase) || (brief.Length > 0 && word.Equals(brief, StringComparison.OrdinalIgnoreCase)))
                return (plural, kind);
        return null;
    }

    private static bool Is(ApiResource resource, string word) => word.Equals(resource.Plural, StringComparison.OrdinalIgnoreCase)
        || word.Equals(resource.Kind.Kind, StringComparison.OrdinalIgnoreCase) || word.Equals($"{resource.Plural}.{resource.Kind.Group}", StringComparison.OrdinalIgnoreCase);
}
