using System.Runtime.CompilerServices;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>
/// The rules that somebody has, from the bindings and roles as they are at this moment. What a role or binding says is read once for each
/// version of it, and forgotten with that version.
/// </summary>
internal sealed class RuleResolver(ObjectStore store)
{
    private readonly ConditionalWeakTable<StoredObject, IReadOnlyList<PolicyRule>> rules = [];
    private readonly ConditionalWeakTable<StoredObject, IReadOnlyList<Subject>> subjects = [];

    /// <param name="inNamespace">"" for what holds in the whole cluster only.</param>
    /// <param name="faults">Gets what is wrong with bindings that apply but lead to no role.</param>
    public IEnumerable<HeldRule> RulesOf(UserInfo user, string inNamespace, List<string> faults)
    {
        var bindings = store.List(Kinds.ClusterRoleBinding).Items;
        if (inNamespace.Length > 0)
            bindings = [.. bindings, .. store.List(Kinds.RoleBinding, inNamespace).Items];
        foreach (var binding in bindings)
        {
            if (Subjects(binding).FirstOrDefault(candidate => candidate.Is(user, binding.Key.Namespace)) is not { } subject)
                continue;
            if (FindRole(binding, out var fault) is not { } role)
            {
                faults.Add(fault);
                continue;
            }
            foreach (var rule in Rules(role))
                yield return new(rule, binding, subject);
        }
    }

    public IReadOnlyList<PolicyRule> Rules(StoredObject role) => rules.GetValue(role, static stored => PolicyRule.Of(stored.View.Json));

    private IReadOnlyList<Subject> Subjects(StoredObject binding) =>
        subjects.GetValue(binding, static stored => [.. stored.View.Items("subjects").Select(Subject.From)]);

    private StoredObject? FindRole(StoredObject binding, out string fault)
    {
        if (RoleKey(binding.View.Text("roleRef", "kind"), binding.View.Text("roleRef", "name"), binding.Key.Namespace) is not { } key)
        {
            fault = $"unsupported role reference kind: {GoText.Quote(binding.View.Text("roleRef", "kind"))}";
            return null;
        }
        fault = $"{key.Kind.Singular}.{key.Kind.Group} {GoText.Quote(key.Name)} not found";
        return store.Find(key);
    }

    /// <summary>Where the role of a binding is; null for what no binding can refer to.</summary>
    public static ObjectKey? RoleKey(string kind, string name, string bindingNamespace) => kind switch
    {
        "Role" when bindingNamespace.Length > 0 => new(Kinds.Role, bindingNamespace, name),
        "ClusterRole" => new(Kinds.ClusterRole, "", name),
        _ => null,
    };
}
