using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Tables;

/// <summary>Roles and their bindings, of a namespace or the cluster.</summary>
internal static class RoleTables
{
    public static TableLayout Roles { get; } = new([TableColumn.ObjectName, new("Created At", "date")],
        (item, _) => [item.Name, item.Text("metadata", "creationTimestamp")]);

    public static TableLayout Bindings { get; } = new(
        [TableColumn.ObjectName, new("Role"), TableColumn.Age, TableColumn.Wide("Users"), TableColumn.Wide("Groups"), TableColumn.Wide("ServiceAccounts")],
        (item, now) =>
        [
            item.Name, $"{item.Text("roleRef", "kind")}/{item.Text("roleRef", "name")}", Ages.Of(item, now),
            Subjects(item, "User"), Subjects(item, "Group"), Subjects(item, "ServiceAccount"),
        ]);

    private static string Subjects(KubernetesObject binding, string kind) => string.Join(", ", binding.Items("subjects")
        .Where(subject => (string?)subject["kind"] == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject["namespace"]}/{subject["name"]}" : $"{subject["name"]}"));
}
