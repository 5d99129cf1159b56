using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Validation;

/// <summary>Roles and their bindings.</summary>
internal static class AccessRules
{
    private const string Rbac = "rbac.authorization.k8s.io";

    public static void Role(JsonObject value, Faults faults) => Rules(value, namespaced: true, faults);

    public static void ClusterRole(JsonObject value, Faults faults) => Rules(value, namespaced: false, faults);

    public static void RoleBinding(JsonObject value, Faults faults) => Binding(value, ["Role", "ClusterRole"], faults);

    public static void ClusterRoleBinding(JsonObject value, Faults faults) => Binding(value, ["ClusterRole"], faults);

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

    private static void Binding(JsonObject value, string[] kinds, Faults faults)
    {
        var reference = value.Map("roleRef");
        var place = Place.Of("roleRef");
        if (reference.Text("apiGroup") != Rbac)
            faults.NotSupported(place.Field("apiGroup"), reference.Text("apiGroup"), [Rbac]);
        if (!kinds.Contains(reference.Text("kind")))
            faults.NotSupported(place.Field("kind"), reference.Text("kind"), kinds);
        if (reference.Text("name").Length == 0)
            faults.Required(place.Field("name"));
        foreach (var (subject, at) in value.Indexed("subjects", Place.Root))
            Subject(subject, at, kinds.Length == 1, faults);
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
}
