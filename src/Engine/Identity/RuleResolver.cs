using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
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

/// <summary>A rule that somebody has, and the binding that gives it.</summary>
internal sealed record HeldRule(PolicyRule Rule, StoredObject Binding, Subject Subject)
{
    /// <summary>In the words of Kubernetes' reasons.</summary>
    public string Source
    {
        get
        {
            var key = Binding.Key;
            var name = key.Namespace.Length == 0 ? key.Name : $"{key.Name}/{key.Namespace}";
            return $"{key.Kind.Kind} {GoText.Quote(name)} of {Binding.View.Text("roleRef", "kind")} {GoText.Quote(Binding.View.Text("roleRef", "name"))} to {Subject.Describe(key.Namespace)}";
        }
    }
}

/// <summary>Whom a binding gives its role to.</summary>
internal sealed record Subject(string Kind, string Name, string Namespace)
{
    public static Subject From(JsonObject subject) => new(subject["kind"]?.ToString() ?? "", subject["name"]?.ToString() ?? "", subject["namespace"]?.ToString() ?? "");

    /// <param name="bindingNamespace">An account that names no namespace is of the binding's.</param>
    public bool Is(UserInfo user, string bindingNamespace) => Kind switch
    {
        "User" => user.Name == Name,
        "Group" => user.Groups.Contains(Name),
        "ServiceAccount" => AccountNamespace(bindingNamespace) is { Length: > 0 } ns && user.Name == ServiceAccountUser.Name(ns, Name),
        _ => false,
    };

    public string Describe(string bindingNamespace) =>
        $"{Kind} {GoText.Quote(Kind == "ServiceAccount" ? $"{Name}/{AccountNamespace(bindingNamespace)}" : Name)}";

    private string AccountNamespace(string bindingNamespace) => Namespace.Length > 0 ? Namespace : bindingNamespace;
}
