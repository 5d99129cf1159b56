using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>
/// The Role of a lease's account: everything in its namespace, less what would let it outlive or widen itself. RBAC knows no "but": what is left out
/// has to be left unnamed, so groups that hold such a thing are named resource by resource (docs/decisions/lease-role.md).
/// </summary>
internal static class LeaseRole
{
    private const string Read = "get list watch";
    private const string Standard = "get list watch create update patch delete deletecollection";

    /// <summary>Of the core group, all that is namespaced. Not the Namespace: its labels say when it is deleted and what its pods may do.</summary>
    private const string Core = """
        bindings configmaps endpoints events persistentvolumeclaims persistentvolumeclaims/status
        pods pods/attach pods/binding pods/ephemeralcontainers pods/eviction pods/exec pods/log pods/portforward pods/proxy pods/resize pods/status
        podtemplates replicationcontrollers replicationcontrollers/scale replicationcontrollers/status
        secrets serviceaccounts serviceaccounts/token services services/proxy services/status
        """;

    private const string Limits = "limitranges resourcequotas resourcequotas/status";

    /// <summary>What the cluster role admin still names of a group that servers no longer have: without it, nobody may bind admin.</summary>
    private const string Extensions = """
        daemonsets daemonsets/status deployments deployments/rollback deployments/scale deployments/status ingresses ingresses/status
        networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale
        """;

    /// <summary>
    /// Groups of things that a namespace is only given: who has every verb in these may use every PodSecurityPolicy or SecurityContextConstraints
    /// of the cluster for pods of the namespace, or change the namespace under OpenShift's name for it (Project).
    /// </summary>
    private static readonly string[] Given = ["", AccessKinds.Group, "policy", "extensions", "security.openshift.io", "project.openshift.io"];

    /// <summary>Of Kubernetes itself; a server that lacks one of them may still have its cluster roles name it.</summary>
    private static readonly string[] Known =
    [
        "apps", "authorization.k8s.io", "autoscaling", "batch", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "metrics.k8s.io", "networking.k8s.io",
    ];

    /// <param name="groups">The API groups of the server.</param>
    public static KubernetesObject For(LeasePlan plan, IEnumerable<string> groups) => new(new()
    {
        ["apiVersion"] = $"{AccessKinds.Group}/v1",
        ["kind"] = "Role",
        ["metadata"] = plan.Metadata(plan.Role),
        ["rules"] = new JsonArray(
            Rule([""], Core, "*"),
            // In a namespace that others made, limits are theirs.
            Rule([""], Limits, plan.Created ? "*" : Read),
            Rule([""], "namespaces namespaces/status", Read),
            Rule([.. Known.Union(groups).Except(Given)], "*", "*"),
            Rule(["policy"], "poddisruptionbudgets poddisruptionbudgets/status", "*"),
            Rule(["extensions"], Extensions, "*"),
            // Without escalate and bind: who has these can grant more than they have.
            Rule([AccessKinds.Group], "roles rolebindings", Standard)),
    });

    private static JsonObject Rule(string[] groups, string resources, string verbs) =>
        new() { ["apiGroups"] = Texts(groups), ["resources"] = Texts(Words(resources)), ["verbs"] = Texts(Words(verbs)) };

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
