namespace Kontrakt.Engine.Store;

/// <summary>The kinds that the engine itself reads and writes, by their names.</summary>
public static class Kinds
{
    private const string Rbac = "rbac.authorization.k8s.io";
    private static readonly string[] All = ["all"];

    public static ResourceKind Namespace { get; } = new("", "Namespace", "namespaces") { Namespaced = false, ShortNames = ["ns"], Subresources = ["status", "finalize"] };
    public static ResourceKind Node { get; } = new("", "Node", "nodes") { Namespaced = false, ShortNames = ["no"], Subresources = ["status"] };
    public static ResourceKind Pod { get; } = new("", "Pod", "pods") { ShortNames = ["po"], Categories = All, Subresources = ["status", "log", "exec", "portforward", "eviction"] };
    public static ResourceKind Service { get; } = new("", "Service", "services") { ShortNames = ["svc"], Categories = All, Subresources = ["status"] };
    public static ResourceKind Endpoints { get; } = new("", "Endpoints", "endpoints") { ShortNames = ["ep"] };
    public static ResourceKind EndpointSlice { get; } = new("discovery.k8s.io", "EndpointSlice", "endpointslices") { HasGeneration = true };
    public static ResourceKind ConfigMap { get; } = new("", "ConfigMap", "configmaps") { ShortNames = ["cm"] };
    public static ResourceKind Secret { get; } = new("", "Secret", "secrets");
    public static ResourceKind ServiceAccount { get; } = new("", "ServiceAccount", "serviceaccounts") { ShortNames = ["sa"], Subresources = ["token"] };
    public static ResourceKind Event { get; } = new("", "Event", "events") { ShortNames = ["ev"] };
    public static ResourceKind Deployment { get; } = Workload("apps", "Deployment", "deployments", "status", "scale") with { ShortNames = ["deploy"] };
    public static ResourceKind ReplicaSet { get; } = Workload("apps", "ReplicaSet", "replicasets", "status", "scale") with { ShortNames = ["rs"] };
    public static ResourceKind StatefulSet { get; } = Workload("apps", "StatefulSet", "statefulsets", "status", "scale") with { ShortNames = ["sts"] };
    public static ResourceKind DaemonSet { get; } = Workload("apps", "DaemonSet", "daemonsets", "status") with { ShortNames = ["ds"] };
    public static ResourceKind ControllerRevision { get; } = new("apps", "ControllerRevision", "controllerrevisions");
    public static ResourceKind ReplicationController { get; } = Workload("", "ReplicationController", "replicationcontrollers", "status", "scale") with { ShortNames = ["rc"] };
    public static ResourceKind CronJob { get; } = Workload("batch", "CronJob", "cronjobs", "status") with { ShortNames = ["cj"] };
    public static ResourceKind PodDisruptionBudget { get; } = new("policy", "PodDisruptionBudget", "poddisruptionbudgets") { ShortNames = ["pdb"], Subresources = ["status"], HasGeneration = true };
    public static ResourceKind HorizontalPodAutoscaler { get; } = new(new("autoscaling", "v2", "HorizontalPodAutoscaler"), "horizontalpodautoscalers") { ShortNames = ["hpa"], Categories = All, Subresources = ["status"] };
    public static ResourceKind Job { get; } = Workload("batch", "Job", "jobs", "status");
    public static ResourceKind StorageClass { get; } = new("storage.k8s.io", "StorageClass", "storageclasses") { Namespaced = false, ShortNames = ["sc"] };
    public static ResourceKind PersistentVolume { get; } = new("", "PersistentVolume", "persistentvolumes") { Namespaced = false, ShortNames = ["pv"], Subresources = ["status"] };
    public static ResourceKind PersistentVolumeClaim { get; } = new("", "PersistentVolumeClaim", "persistentvolumeclaims") { ShortNames = ["pvc"], Subresources = ["status"] };
    public static ResourceKind ResourceQuota { get; } = new("", "ResourceQuota", "resourcequotas") { ShortNames = ["quota"], Subresources = ["status"] };
    public static ResourceKind LimitRange { get; } = new("", "LimitRange", "limitranges") { ShortNames = ["limits"] };
    public static ResourceKind Lease { get; } = new("coordination.k8s.io", "Lease", "leases");
    public static ResourceKind NetworkPolicy { get; } = new("networking.k8s.io", "NetworkPolicy", "networkpolicies") { ShortNames = ["netpol"], HasGeneration = true };
    public static ResourceKind PriorityClass { get; } = new("scheduling.k8s.io", "PriorityClass", "priorityclasses") { Namespaced = false, ShortNames = ["pc"], HasGeneration = true };
    public static ResourceKind Role { get; } = new(Rbac, "Role", "roles");
    public static ResourceKind RoleBinding { get; } = new(Rbac, "RoleBinding", "rolebindings");
    public static ResourceKind ClusterRole { get; } = new(Rbac, "ClusterRole", "clusterroles") { Namespaced = false };
    public static ResourceKind ClusterRoleBinding { get; } = new(Rbac, "ClusterRoleBinding", "clusterrolebindings") { Namespaced = false };

    public static ResourceKind CustomResourceDefinition { get; } = new("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions")
    {
        Namespaced = false,
        ShortNames = ["crd", "crds"],
        Categories = ["api-extensions"],
        Subresources = ["status"],
        HasGeneration = true,
    };

    private static ResourceKind Workload(string group, string kind, string plural, params string[] subresources) =>
        new(group, kind, plural) { Categories = All, Subresources = subresources, HasGeneration = true };
}
