using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Store;

/// <summary>Every kind that the engine stores and runs. Anything else is refused by name.</summary>
public static class Kinds
{
    private const string Rbac = "rbac.authorization.k8s.io";

    public static ResourceKind Namespace { get; } = Cluster("", "Namespace", "namespaces", ["ns"], ["status", "finalize"]);
    public static ResourceKind Node { get; } = Cluster("", "Node", "nodes", ["no"], ["status"]);
    public static ResourceKind Pod { get; } = Namespaced("", "Pod", "pods", ["po"], ["status", "log", "exec", "portforward"]) with { Categories = ["all"] };
    public static ResourceKind Service { get; } = Namespaced("", "Service", "services", ["svc"], ["status"]) with { Categories = ["all"] };
    public static ResourceKind Endpoints { get; } = Namespaced("", "Endpoints", "endpoints", ["ep"]);
    public static ResourceKind ConfigMap { get; } = Namespaced("", "ConfigMap", "configmaps", ["cm"]);
    public static ResourceKind Secret { get; } = Namespaced("", "Secret", "secrets");
    public static ResourceKind ServiceAccount { get; } = Namespaced("", "ServiceAccount", "serviceaccounts", ["sa"], ["token"]);
    public static ResourceKind Event { get; } = Namespaced("", "Event", "events", ["ev"]);
    public static ResourceKind Deployment { get; } = Namespaced("apps", "Deployment", "deployments", ["deploy"], ["status", "scale"]) with { Categories = ["all"] };
    public static ResourceKind ReplicaSet { get; } = Namespaced("apps", "ReplicaSet", "replicasets", ["rs"], ["status", "scale"]) with { Categories = ["all"] };
    public static ResourceKind StatefulSet { get; } = Namespaced("apps", "StatefulSet", "statefulsets", ["sts"], ["status", "scale"]) with { Categories = ["all"] };
    public static ResourceKind Job { get; } = Namespaced("batch", "Job", "jobs", [], ["status"]) with { Categories = ["all"] };
    public static ResourceKind Role { get; } = Namespaced(Rbac, "Role", "roles");
    public static ResourceKind RoleBinding { get; } = Namespaced(Rbac, "RoleBinding", "rolebindings");
    public static ResourceKind ClusterRole { get; } = Cluster(Rbac, "ClusterRole", "clusterroles");
    public static ResourceKind ClusterRoleBinding { get; } = Cluster(Rbac, "ClusterRoleBinding", "clusterrolebindings");

    public static IReadOnlyList<ResourceKind> All { get; } =
    [
        Namespace, Node, Pod, Service, Endpoints, ConfigMap, Secret, ServiceAccount, Event,
        Deployment, ReplicaSet, StatefulSet, Job, Role, RoleBinding, ClusterRole, ClusterRoleBinding,
    ];

    /// <summary>The kind of a group and version that is served under a path segment; null for none.</summary>
    public static ResourceKind? ByPlural(string group, string version, string plural) =>
        All.FirstOrDefault(kind => kind.Group == group && kind.GroupVersionKind.Version == version && kind.Plural == plural);

    public static ResourceKind? ByKind(GroupVersionKind kind) => All.FirstOrDefault(known => known.GroupVersionKind == kind);

    private static ResourceKind Namespaced(string group, string kind, string plural, string[]? shortNames = null, string[]? subresources = null) =>
        Make(group, kind, plural, true, shortNames, subresources);

    private static ResourceKind Cluster(string group, string kind, string plural, string[]? shortNames = null, string[]? subresources = null) =>
        Make(group, kind, plural, false, shortNames, subresources);

    private static ResourceKind Make(string group, string kind, string plural, bool namespaced, string[]? shortNames, string[]? subresources) => new()
    {
        GroupVersionKind = new(group, "v1", kind),
        Plural = plural,
        Namespaced = namespaced,
        ShortNames = shortNames ?? [],
        Subresources = subresources ?? [],
    };
}
