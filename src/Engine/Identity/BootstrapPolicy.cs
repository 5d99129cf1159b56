using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>Makes the roles and bindings that every cluster begins with. To be run before the first request.</summary>
public static class BootstrapPolicy
{
    public static void Write(ClusterObjects objects)
    {
        foreach (var role in BootstrapRoles.All)
        {
            objects.Create(Kinds.ClusterRole, "", Complete(role));
            if (role.BoundTo.Count > 0)
                objects.Create(Kinds.ClusterRoleBinding, "", role.Binding());
        }
    }

    /// <summary>With the rules of those that it is made of, so that it is whole before any controller runs.</summary>
    private static JsonObject Complete(BootstrapRole role)
    {
        var made = role.Role();
        if (role.Aggregates is { } what)
            made["rules"] = new JsonArray([.. RulesOf(what).Select(rule => rule.ToJson())]);
        return made;
    }

    private static IEnumerable<PolicyRule> RulesOf(string aggregate) => BootstrapRoles.All.Where(part => part.AggregatedTo == aggregate)
        .SelectMany(part => part.Aggregates is { } inner ? RulesOf(inner) : part.Rules);
}

/// <summary>A ClusterRole that exists from the start, and its ClusterRoleBinding of the same name.</summary>
/// <param name="Rules">Empty for one that is made of others.</param>
internal sealed record BootstrapRole(string Name, IReadOnlyList<PolicyRule> Rules)
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <summary>It has the rules of all roles that are <see cref="AggregatedTo"/> this.</summary>
    public string? Aggregates { get; init; }
    public string? AggregatedTo { get; init; }
    /// <summary>Groups; empty for no binding.</summary>
    public IReadOnlyList<string> BoundTo { get; init; } = [];

    public JsonObject Role()
    {
        var role = Make("ClusterRole");
        if (AggregatedTo is { } to)
            role["metadata"]!["labels"]![Label(to)] = "true";
        if (Aggregates is { } what)
            role["aggregationRule"] = new JsonObject { ["clusterRoleSelectors"] = new JsonArray(new JsonObject { ["matchLabels"] = new JsonObject { [Label(what)] = "true" } }) };
        role["rules"] = new JsonArray([.. Rules.Select(rule => rule.ToJson())]);
        return role;
    }

    public JsonObject Binding()
    {
        var binding = Make("ClusterRoleBinding");
        binding["roleRef"] = new JsonObject { ["apiGroup"] = Group, ["kind"] = "ClusterRole", ["name"] = Name };
        binding["subjects"] = new JsonArray([.. BoundTo.Select(group => new JsonObject { ["apiGroup"] = Group, ["kind"] = "Group", ["name"] = group })]);
        return binding;
    }

    private JsonObject Make(string kind) => new()
    {
        ["apiVersion"] = $"{Group}/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = Name,
            ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
            ["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
        },
    };

    private static string Label(string role) => $"rbac.authorization.k8s.io/aggregate-to-{role}";
}
