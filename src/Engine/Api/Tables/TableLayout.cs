using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Tables;

/// <summary>The columns of a kind, and the cells of one object: strings and whole numbers.</summary>
internal sealed record TableLayout(IReadOnlyList<TableColumn> Columns, Func<KubernetesObject, DateTimeOffset, object[]> Cells)
{
    private static readonly TableLayout Other = new([TableColumn.ObjectName, TableColumn.Age], (item, now) => [item.Name, Ages.Of(item, now)]);

    private static readonly Dictionary<ResourceKind, TableLayout> ByKind = new()
    {
        [Kinds.Pod] = PodTable.Layout,
        [Kinds.Namespace] = ClusterTables.Namespaces,
        [Kinds.Node] = ClusterTables.Nodes,
        [Kinds.Event] = EventTable.Layout,
        [Kinds.Service] = ServiceTables.Services,
        [Kinds.Endpoints] = ServiceTables.EndpointAddresses,
        [Kinds.ConfigMap] = ConfigTables.ConfigMaps,
        [Kinds.Secret] = ConfigTables.Secrets,
        [Kinds.ServiceAccount] = ConfigTables.ServiceAccounts,
        [Kinds.Deployment] = WorkloadTables.Deployments,
        [Kinds.ReplicaSet] = WorkloadTables.ReplicaSets,
        [Kinds.StatefulSet] = WorkloadTables.StatefulSets,
        [Kinds.Job] = JobTable.Layout,
        [Kinds.Role] = RoleTables.Roles,
        [Kinds.ClusterRole] = RoleTables.Roles,
        [Kinds.RoleBinding] = RoleTables.Bindings,
        [Kinds.ClusterRoleBinding] = RoleTables.Bindings,
    };

    public static TableLayout For(ResourceKind kind) => ByKind.GetValueOrDefault(kind, Other);
}
