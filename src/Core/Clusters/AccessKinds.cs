using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>Resources of access control; every cluster that has them has them so (rbac.authorization.k8s.io/v1 since Kubernetes 1.8).</summary>
internal static class AccessKinds
{
    public const string Group = "rbac.authorization.k8s.io";

    public static ApiResource Roles { get; } = new(new(Group, "v1", "Role"), "roles", Namespaced: true, []);
    public static ApiResource RoleBindings { get; } = new(new(Group, "v1", "RoleBinding"), "rolebindings", Namespaced: true, []);
}
