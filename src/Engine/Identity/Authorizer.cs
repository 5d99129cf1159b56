using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>Decides by RBAC, for every request again: a right exists as long as the binding that gives it.</summary>
public sealed class Authorizer(ObjectStore store)
{
    internal RuleResolver Resolver { get; } = new(store);

    public AccessDecision Authorize(UserInfo user, AccessRequest request)
    {
        if (user.Groups.Contains(Groups.Masters))
            return new(true, "");
        var faults = new List<string>();
        foreach (var held in Resolver.RulesOf(user, request.NonResourcePath is null ? request.Namespace : "", faults))
            if (held.Rule.Allows(request))
                return new(true, $"RBAC: allowed by {held.Source}");
        return new(false, faults.Count switch { 0 => "", 1 => $"RBAC: {faults[0]}", _ => $"RBAC: [{string.Join(", ", faults.Distinct())}]" });
    }

    /// <exception cref="StatusException">403, as Kubernetes words it.</exception>
    public void Require(UserInfo user, AccessRequest request)
    {
        var decision = Authorize(user, request);
        if (!decision.Allowed)
            throw AccessRefusal.Of(user, request, decision.Reason);
    }
}
