using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Gives a ClusterRole that selects others by labels the rules of all of them.</summary>
internal sealed class AggregationController(ClusterObjects objects) : IReconciler
{
    public string Name => "clusterrole-aggregation-controller";

    public IEnumerable<ObjectKey> Concerns(StoreEvent change) => change.Object.Key.Kind == Kinds.ClusterRole
        ? objects.Store.List(Kinds.ClusterRole).Items.Where(role => role.View.At("aggregationRule") is not null).Select(role => role.Key)
        : [];

    public DateTimeOffset? Reconcile(ObjectKey key)
    {
        if (objects.Store.Find(key) is not { IsBeingDeleted: false } role || role.View.At("aggregationRule") is null)
            return null;
        var rules = RulesFor(role);
        if (!JsonNode.DeepEquals(role.View.At("rules"), rules))
            objects.Update(key, value => value["rules"] = rules);
        return null;
    }

    /// <summary>Each rule once, roles in the order of their names.</summary>
    private JsonArray RulesFor(StoredObject role)
    {
        var selectors = role.View.Items("aggregationRule", "clusterRoleSelectors").Select(LabelSelector.From).ToList();
        var rules = new JsonArray();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in objects.Store.List(Kinds.ClusterRole).Items)
            if (part.Key != role.Key && selectors.Any(selector => selector.Matches(part)))
                foreach (var rule in part.View.Items("rules"))
                    if (known.Add(rule.ToJsonString()))
                        rules.Add(rule.DeepClone());
        return rules;
    }
}
