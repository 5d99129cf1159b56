namespace Kontrakt.Kubernetes.Objects;

/// <summary>What discovery says of a kind: its path segment, scope and verbs.</summary>
public sealed record ApiResource(GroupVersionKind Kind, string Plural, bool Namespaced, IReadOnlyList<string> Verbs)
{
    /// <summary>A resource of the core group whose shape every cluster has, so that no discovery is needed.</summary>
    public static ApiResource Core(string kind, string plural, bool namespaced = true) => new(new("", "v1", kind), plural, namespaced, []);

    public static ApiResource Namespaces { get; } = Core("Namespace", "namespaces", namespaced: false);
    public static ApiResource Pods { get; } = Core("Pod", "pods");
    public static ApiResource Events { get; } = Core("Event", "events");
    public static ApiResource Secrets { get; } = Core("Secret", "secrets");
    public static ApiResource ConfigMaps { get; } = Core("ConfigMap", "configmaps");
    public static ApiResource ServiceAccounts { get; } = Core("ServiceAccount", "serviceaccounts");
}

/// <summary>One object's address in the API.</summary>
public sealed record ResourceName(ApiResource Resource, string? Namespace, string Name);
