using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Roles and their bindings, of a namespace or the cluster.</summary>
internal static class RoleKinds
{
    private const string Rbac = "rbac.authorization.k8s.io";

    public static ServedKind Role { get; } = RoleOf(Kinds.Role);
    public static ServedKind ClusterRole { get; } = RoleOf(Kinds.ClusterRole) with { Controller = objects => new AggregationController(objects) };
    public static ServedKind RoleBinding { get; } = BindingOf(Kinds.RoleBinding, ["Role", "ClusterRole"]);
    public static ServedKind ClusterRoleBinding { get; } = BindingOf(Kinds.ClusterRoleBinding, ["ClusterRole"]);

    private static ServedKind RoleOf(ResourceKind kind) => new(kind)
    {
        CheckName = Names.PathSegmentFaults,
        Validate = (value, faults) => Rules(value, kind.Namespaced, faults),
        Table = new([TableColumn.ObjectName, new("Created At", "date")], (item, _) => [item.Name, item.Text("metadata", "creationTimestamp")]),
    };

    /// <param name="roles">The kinds that can be bound.</param>
    private static ServedKind BindingOf(ResourceKind kind, string[] roles) => new(kind)
    {
        CheckName = Names.PathSegmentFaults,
        Default = DefaultBinding,
        Validate = (value, faults) => Binding(value, roles, faults),
        ValidateUpdate = (before, after, faults) => faults.Fixed(before, after, "roleRef", why: "cannot change roleRef"),
        Table = new(
            [TableColumn.ObjectName, new("Role"), TableColumn.Age, TableColumn.Wide("Users"), TableColumn.Wide("Groups"), TableColumn.Wide("ServiceAccounts")],
            (item, now) =>
            [
                item.Name, $"{item.Text("roleRef", "kind")}/{item.Text("roleRef", "name")}", Ages.Of(item, now),
                Subjects(item, "User"), Subjects(item, "Group"), Subjects(item, "ServiceAccount"),
            ]),
    };

    private static void DefaultBinding(JsonObject value)
    {
        value.Map("roleRef")?.Default("apiGroup", Rbac);
        foreach (var subject in value.Each("subjects"))
            if (subject.Text("kind") is "User" or "Group")
                subject.Default("apiGroup", Rbac);
    }

    private static void Rules(JsonObject value, bool namespaced, Faults faults)
    {
        foreach (var (rule, at) in value.Indexed("rules", Place.Root))
        {
            if (rule.List("verbs") is not { Count: > 0 })
                faults.Required(at.Field("verbs"), "verbs must contain at least one value");
            if (rule.List("nonResourceURLs") is { Count: > 0 } urls)
            {
                if (namespaced)
                    faults.Invalid(at.Field("nonResourceURLs"), urls, "namespaced rules cannot apply to non-resource URLs");
                else if (rule.List("apiGroups") is { Count: > 0 } || rule.List("resources") is { Count: > 0 } || rule.List("resourceNames") is { Count: > 0 })
                    faults.Invalid(at.Field("nonResourceURLs"), urls, "rules cannot apply to both regular resources and non-resource URLs");
                continue;
            }
            if (rule.List("apiGroups") is not { Count: > 0 })
                faults.Required(at.Field("apiGroups"), "resource rules must supply at least one api group");
            if (rule.List("resources") is not { Count: > 0 })
                faults.Required(at.Field("resources"), "resource rules must supply at least one resource");
        }
    }

    private static void Binding(JsonObject value, string[] roles, Faults faults)
    {
        var reference = value.Map("roleRef");
        var place = Place.Of("roleRef");
        if (reference.Text("apiGroup") != Rbac)
            faults.NotSupported(place.Field("apiGroup"), reference.Text("apiGroup"), [Rbac]);
        if (!roles.Contains(reference.Text("kind")))
            faults.NotSupported(place.Field("kind"), reference.Text("kind"), roles);
        if (reference.Text("name").Length == 0)
            faults.Required(place.Field("name"));
        foreach (var (subject, at) in value.Indexed("subjects", Place.Root))
            Subject(subject, at, roles.Length == 1, faults);
    }

    private static void Subject(JsonObject subject, Place place, bool isCluster, Faults faults)
    {
        var (kind, group) = (subject.Text("kind"), subject.Text("apiGroup"));
        if (subject.Text("name").Length == 0)
            faults.Required(place.Field("name"));
        switch (kind)
        {
            case "ServiceAccount":
                faults.Name(subject, "name", place, Names.Subdomain, required: false);
                if (group.Length > 0)
                    faults.NotSupported(place.Field("apiGroup"), group, [""]);
                if (isCluster && subject.Text("namespace").Length == 0)
                    faults.Required(place.Field("namespace"));
                break;
            case "User" or "Group":
                if (group != Rbac)
                    faults.NotSupported(place.Field("apiGroup"), group, [Rbac]);
                break;
            default:
                faults.NotSupported(place.Field("kind"), kind, ["ServiceAccount", "User", "Group"]);
                break;
        }
    }

    private static string Subjects(KubernetesObject binding, string kind) => string.Join(", ", binding.Items("subjects")
        .Where(subject => (string?)subject["kind"] == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject["namespace"]}/{subject["name"]}" : $"{subject["name"]}"));
}
