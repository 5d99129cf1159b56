using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Identity;

/// <summary>
/// Nobody grants rights that they do not have: not by writing a role (except who has the verb "escalate" on it), nor by binding one (except
/// who has "bind" on it). The engine itself, which acts for nobody, may.
/// </summary>
public sealed class EscalationRule(ObjectStore store, Authorizer authorizer)
{
    private static readonly PolicyRule[] Everything =
    [
        new() { ApiGroups = ["*"], Resources = ["*"], Verbs = ["*"] },
        new() { NonResourceUrls = ["*"], Verbs = ["*"] },
    ];

    /// <summary>A <see cref="WriteRule"/>, to be applied after validation.</summary>
    /// <exception cref="StatusException">403; 404 for a binding to a role that does not exist.</exception>
    public void Apply(Write write)
    {
        if (write.User is not { } user || user.Groups.Contains(Groups.Masters) || write.Verb is not (WriteVerb.Create or WriteVerb.Update) || IsForDeletionOnly(write))
            return;
        var kind = write.Key.Kind;
        if (kind == Kinds.Role || kind == Kinds.ClusterRole)
            CheckRole(write, user);
        else if (kind == Kinds.RoleBinding || kind == Kinds.ClusterRoleBinding)
            CheckBinding(write, user);
    }

    private void CheckRole(Write write, UserInfo user)
    {
        // A role that is only about to be has no name that a right could be limited to.
        if (Has(user, "escalate", write.Verb == WriteVerb.Create ? write.Key with { Name = "" } : write.Key, write.Key.Namespace))
            return;
        if (WhyMissing(write, user, PolicyRule.Of(write.Object)) is { } why)
            throw StatusException.Forbidden(write.Key, why);
        // Whoever selects by labels grants what others will put under them.
        var aggregates = write.Object["aggregationRule"] is not null || write.Previous?.View.At("aggregationRule") is not null;
        if (aggregates && WhyMissing(write, user, Everything) is not null)
            throw StatusException.Forbidden(write.Key, "must have cluster-admin privileges to use the aggregationRule");
    }

    private void CheckBinding(Write write, UserInfo user)
    {
        var binding = new KubernetesObject(write.Object);
        if (RuleResolver.RoleKey(binding.Text("roleRef", "kind"), binding.Text("roleRef", "name"), write.Key.Namespace) is not { } role)
            throw StatusException.Forbidden(write.Key, $"unsupported role reference kind: {GoText.Quote(binding.Text("roleRef", "kind"))}");
        // Who may bind a ClusterRole in this namespace need not be able to bind it elsewhere.
        if (Has(user, "bind", role, write.Key.Namespace))
            return;
        if (WhyMissing(write, user, authorizer.Resolver.Rules(store.Find(role) ?? throw StatusException.NotFound(role))) is { } why)
            throw StatusException.Forbidden(write.Key, why);
    }

    private string? WhyMissing(Write write, UserInfo user, IReadOnlyList<PolicyRule> rules)
    {
        var faults = new List<string>();
        var missing = new MissingRights([.. authorizer.Resolver.RulesOf(user, write.Key.Namespace, faults).Select(held => held.Rule)]);
        var rights = missing.Of(rules);
        if (rights.Count == 0 && !missing.TooMany)
            return null;
        var named = rights.Select(right => right.ToString()).Distinct().Order(StringComparer.Ordinal).Concat(missing.TooMany ? ["and more"] : []);
        var resolution = faults.Count == 0 ? "" : $"; resolution errors: [{string.Join(", ", faults)}]";
        return $"user {GoText.Quote(user.Name)} (groups={GoText.Quote(user.Groups)}) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', named)}{resolution}";
    }

    private bool Has(UserInfo user, string verb, ObjectKey role, string inNamespace) =>
        authorizer.Authorize(user, new(verb, role.Kind.Group, role.Kind.Plural, "", inNamespace, role.Name)).Allowed;

    /// <summary>Garbage collection and finalizers must get by whatever the role says.</summary>
    private static bool IsForDeletionOnly(Write write) =>
        write.Previous is { } previous && JsonNode.DeepEquals(WithoutMarks(previous.View.Json), WithoutMarks(write.Object));

    private static JsonObject WithoutMarks(JsonObject value)
    {
        var rest = value.DeepClone().AsObject();
        if (rest["metadata"] is JsonObject metadata)
            foreach (var field in (ReadOnlySpan<string>)["ownerReferences", "finalizers", "managedFields", "resourceVersion", "generation"])
                metadata.Remove(field);
        return rest;
    }
}

/// <summary>
/// What of some rules is not covered by others, right by right: a rule is each of its verbs on each of its resources, and each of
/// these has to be covered by one rule. Comparing has a limit, since a role may be billions of rights.
/// </summary>
internal sealed class MissingRights(IReadOnlyList<PolicyRule> held)
{
    private const long MostSteps = 5_000_000;
    private const int MostNamed = 200;

    private long steps;

    /// <summary>Rules that were compared as far as the limit allowed; what was not compared counts as missing.</summary>
    public bool TooMany { get; private set; }

    public IReadOnlyList<PolicyRule> Of(IEnumerable<PolicyRule> asked)
    {
        var missing = new List<PolicyRule>();
        foreach (var rule in asked.Where(rule => !IsCovered(rule)))
            foreach (var right in Rights(rule))
            {
                if (missing.Count >= MostNamed || steps > MostSteps)
                {
                    TooMany = true;
                    return Compact(missing);
                }
                if (!IsCovered(right))
                    missing.Add(right);
            }
        return Compact(missing);
    }

    private bool IsCovered(PolicyRule rule) => held.Any(own =>
    {
        steps += 1 + own.Size;
        return own.Covers(rule);
    });

    private static IEnumerable<PolicyRule> Rights(PolicyRule rule)
    {
        foreach (var group in rule.ApiGroups)
            foreach (var resource in rule.Resources)
                foreach (var verb in rule.Verbs)
                    foreach (var name in rule.ResourceNames.Count == 0 ? [null] : rule.ResourceNames.Cast<string?>())
                        yield return new() { ApiGroups = [group], Resources = [resource], Verbs = [verb], ResourceNames = name is null ? [] : [name] };
        foreach (var path in rule.NonResourceUrls)
            foreach (var verb in rule.Verbs)
                yield return new() { NonResourceUrls = [path], Verbs = [verb] };
    }

    /// <summary>The verbs on one resource in one rule.</summary>
    private static IReadOnlyList<PolicyRule> Compact(IReadOnlyList<PolicyRule> rights) =>
    [
        .. rights.Where(right => right.NonResourceUrls.Count == 0)
            .GroupBy(right => (right.ApiGroups[0], right.Resources[0], right.ResourceNames.Count == 0 ? null : right.ResourceNames[0]))
            .Select(same => same.First() with { Verbs = [.. same.Select(right => right.Verbs[0])] }),
        .. rights.Where(right => right.NonResourceUrls.Count > 0),
    ];
}
