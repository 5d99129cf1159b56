using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>
/// Full access for a lease's account in its namespace and nothing else: a Role of nearly everything where the caller may grant that, else the cluster
/// role admin, else edit, bound in that namespace. Nobody can grant what they have not (RBAC's escalation rule), so this depends on the caller.
/// </summary>
internal static class AccountGrant
{
    private static readonly string[] ClusterRoles = ["admin", "edit"];

    /// <summary>Grants; returns what was granted, in words for the log.</summary>
    public static async Task<string> GrantAsync(ClusterClient caller, LeasePlan plan, CancellationToken cancellationToken)
    {
        var groups = await GroupsAsync(caller, cancellationToken);
        try
        {
            await Creation.CreateAsync(caller, AccessKinds.Roles, plan.Namespace, LeaseRole.For(plan, groups), cancellationToken);
            await Creation.CreateAsync(caller, AccessKinds.RoleBindings, plan.Namespace, Binding(plan, "Role", plan.Role), cancellationToken);
            return "a role of everything but the namespace itself and handing out more";
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            return await BindClusterRoleAsync(caller, plan, e, cancellationToken);
        }
    }

    private static async Task<string> BindClusterRoleAsync(ClusterClient caller, LeasePlan plan, KubernetesException refusal, CancellationToken cancellationToken)
    {
        foreach (var role in ClusterRoles)
        {
            try
            {
                await Creation.CreateAsync(caller, AccessKinds.RoleBindings, plan.Namespace, Binding(plan, "ClusterRole", role), cancellationToken);
                return $"the cluster role '{role}', since '{caller.Connection.Name}' lets its user grant no more";
            }
            catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            {
                refusal = e;
            }
        }
        throw refusal;
    }

    /// <summary>Why a caller could grant an account nothing useful, as an entry of the missing rights; null when it could.</summary>
    public static async Task<string?> WhyImpossibleAsync(ClusterClient caller, RightsPlan plan, CancellationToken cancellationToken)
    {
        var ns = plan.Namespace;
        AccessQuestion[] questions =
        [
            new("create", AccessKinds.Group, "roles", ns), new("*", "*", "*", ns), new("escalate", AccessKinds.Group, "roles", ns), new("bind", AccessKinds.Group, "roles", ns),
            .. ClusterRoles.Select(role => new AccessQuestion("bind", AccessKinds.Group, "clusterroles", ns, role)),
        ];
        var may = (await Task.WhenAll(questions.Select(question => caller.CanIAsync(question, cancellationToken)))).Select(answer => answer.Allowed).ToArray();
        if ((may[0] && (may[1] || (may[2] && may[3]))) || may[4] || may[5] || await MayBindByHavingAsync(caller, plan, cancellationToken))
            return null;
        return $"{plan.Where(ns)}grant rights to the run's own account (takes the verb bind on the cluster role admin or edit, or all their rights, or '*' on '*')";
    }

    /// <summary>
    /// Who has every right of a cluster role may bind it without the verb 'bind', and no access review tells: asked by a binding that is only
    /// tried (dry run), in the given namespace or, for rights that hold in all of them, in 'default'.
    /// </summary>
    private static async Task<bool> MayBindByHavingAsync(ClusterClient caller, RightsPlan plan, CancellationToken cancellationToken)
    {
        var ns = plan.Created ? "default" : plan.Namespace;
        foreach (var role in ClusterRoles)
        {
            try
            {
                var trial = LeasePlan.Trial(ns);
                var options = new ApplyOptions("kontrakt") { DryRun = true };
                await caller.ApplyAsync(new(AccessKinds.RoleBindings, ns, trial.Role), Binding(trial, "ClusterRole", role), options, cancellationToken);
                return true;
            }
            catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            {
                // Not this one.
            }
        }
        return false;
    }

    /// <summary>The API groups of the server.</summary>
    private static async Task<IReadOnlyList<string>> GroupsAsync(ClusterClient caller, CancellationToken cancellationToken)
    {
        var answer = new KubernetesObject((await caller.GetRawAsync("/apis", cancellationToken)).AsObject());
        return [.. answer.Items("groups").Select(group => group["name"]?.ToString() ?? "")];
    }

    private static KubernetesObject Binding(LeasePlan plan, string kind, string role) => new(new()
    {
        ["apiVersion"] = $"{AccessKinds.Group}/v1",
        ["kind"] = "RoleBinding",
        ["metadata"] = plan.Metadata(plan.Role),
        ["roleRef"] = new JsonObject { ["apiGroup"] = AccessKinds.Group, ["kind"] = kind, ["name"] = role },
        ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = plan.ServiceAccount, ["namespace"] = plan.Namespace }),
    });
}
