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
