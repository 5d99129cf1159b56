namespace Kontrakt.Engine.Identity;

/// <summary>
/// The ClusterRoles that every cluster begins with, as Kubernetes 1.31 has them, also for kinds that the engine has not: what is granted or
/// refused here is granted or refused there.
/// </summary>
internal static class BootstrapRoles
{
    private const string Read = "get list watch";
    private const string Write = "create delete deletecollection patch update";

    public static IReadOnlyList<BootstrapRole> All { get; } =
    [
        new("cluster-admin", [On("*", "*", "*"), Paths("*")]) { BoundTo = [Groups.Masters] },
        new("admin", []) { Aggregates = "admin" },
        new("edit", []) { Aggregates = "edit", AggregatedTo = "admin" },
        new("view", []) { Aggregates = "view", AggregatedTo = "edit" },
        new("system:aggregate-to-admin", Admin) { AggregatedTo = "admin" },
        new("system:aggregate-to-edit", Edit) { AggregatedTo = "edit" },
        new("system:aggregate-to-view", View) { AggregatedTo = "view" },
        // metrics-server's own, which comes with it.
        new("system:aggregated-metrics-reader", [On("metrics.k8s.io", "nodes pods", Read)]) { AggregatedTo = "view" },
        new("system:auth-delegator", [On("authentication.k8s.io", "tokenreviews", "create"), On("authorization.k8s.io", "subjectaccessreviews", "create")]),
        new("system:basic-user", [On("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", "create"), On("authentication.k8s.io", "selfsubjectreviews", "create")])
        {
            BoundTo = [Groups.Authenticated],
        },
        new("system:discovery", [Paths("/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/", "get")]) { BoundTo = [Groups.Authenticated] },
        new("system:public-info-viewer", [Paths("/healthz /livez /readyz /version /version/", "get")]) { BoundTo = [Groups.Authenticated, "system:unauthenticated"] },
    ];

    private static PolicyRule[] Admin =>
    [
        On("authorization.k8s.io", "localsubjectaccessreviews", "create"),
        On("rbac.authorization.k8s.io", "rolebindings roles", "create delete deletecollection get list patch update watch"),
    ];

    private static PolicyRule[] Edit =>
    [
        On("", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", Read),
        On("", "serviceaccounts", "impersonate"),
        On("", "pods pods/attach pods/exec pods/portforward pods/proxy", Write),
        On("", "pods/eviction", "create"),
        On("", "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy", Write),
        On("", "serviceaccounts/token", "create"),
        On("apps", "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale", Write),
        On("autoscaling", "horizontalpodautoscalers", Write),
        On("batch", "cronjobs jobs", Write),
        On("extensions", "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale", Write),
        On("policy", "poddisruptionbudgets", Write),
        On("networking.k8s.io", "ingresses networkpolicies", Write),
        On("coordination.k8s.io", "leases", "create delete deletecollection get list patch update watch"),
    ];

    private static PolicyRule[] View =>
    [
        On("", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status", Read),
        On("", "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status", Read),
        On("", "namespaces", Read),
        On("discovery.k8s.io", "endpointslices", Read),
        On("apps", "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status", Read),
        On("autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", Read),
        On("batch", "cronjobs cronjobs/status jobs jobs/status", Read),
        On("extensions", "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale", Read),
        On("policy", "poddisruptionbudgets poddisruptionbudgets/status", Read),
        On("networking.k8s.io", "ingresses ingresses/status networkpolicies", Read),
    ];

    private static PolicyRule On(string group, string resources, string verbs) =>
        new() { ApiGroups = [group], Resources = resources.Split(' '), Verbs = verbs.Split(' ') };

    private static PolicyRule Paths(string paths, string verbs = "*") => new() { NonResourceUrls = paths.Split(' '), Verbs = verbs.Split(' ') };
}
