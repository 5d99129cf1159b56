using System.Text.Json.Nodes;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Identity;

/// <summary>A store with the roles that every cluster has, and all that decides over it.</summary>
internal sealed class TestIdentity : IDisposable
{
    private const string Group = "rbac.authorization.k8s.io";

    public TestIdentity()
    {
        Authorizer = new(Store);
        Objects = new(Store, ClusterRules.For(Store, Authorizer), Time);
        TestCluster.AddNamespace(Objects, "ns");
        BootstrapPolicy.Write(Objects);
        Tokens = new(Store, Time);
        Authenticator = new(Admin, Tokens);
    }

    public AdjustableTime Time { get; } = new();
    public ObjectStore Store { get; } = new();
    public ClusterObjects Objects { get; }
    public Authorizer Authorizer { get; }
    public AdminToken Admin { get; } = new();
    public TokenIssuer Tokens { get; }
    public Authenticator Authenticator { get; }

    public static UserInfo User(string name, params string[] groups) => new(name, "", [.. groups, "system:authenticated"]);

    /// <param name="rules">JSON.</param>
    public StoredObject Role(string name, string rules, UserInfo? user = null) => Objects.Create(Kinds.Role, "ns", RoleOf("Role", name, rules), user);

    /// <summary>A role as no client can write it: validation refuses it before.</summary>
    public void UncheckedRole(string name, string rules) => Store.Add(new(Kinds.Role, "ns", name), () => RoleOf("Role", name, rules));

    /// <summary>The same for a binding.</summary>
    public void UncheckedBinding(string role, string subject) => Store.Add(new(Kinds.RoleBinding, "ns", "unchecked"), () => BindingOf("RoleBinding", role, subject));

    public StoredObject ClusterRole(string name, string rules, UserInfo? user = null) => Objects.Create(Kinds.ClusterRole, "", RoleOf("ClusterRole", name, rules), user);

    /// <param name="subject">"User bob", "Group devs", "ServiceAccount ns/builder"</param>
    public StoredObject Bind(string role, string subject, UserInfo? user = null, string inNamespace = "ns") =>
        Objects.Create(Kinds.RoleBinding, inNamespace, BindingOf("RoleBinding", role, subject), user);

    public StoredObject BindEverywhere(string role, string subject, UserInfo? user = null) =>
        Objects.Create(Kinds.ClusterRoleBinding, "", BindingOf("ClusterRoleBinding", role, subject), user);

    public StoredObject Make(ResourceKind kind, string name) => Objects.Create(kind, "ns", new()
    {
        ["apiVersion"] = kind.GroupVersionKind.ApiVersion,
        ["kind"] = kind.Kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["serviceAccountName"] = "builder", ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) },
    });

    public string TokenFor(StoredObject account, BoundObject? bound = null, params string[] audiences) =>
        Tokens.Issue(new("ns", account.Key.Name, account.View.Uid, audiences, TimeSpan.FromHours(1), bound)).Value;

    /// <param name="request">As kubectl auth can-i takes it: "get pods/log", "get deployments.apps/web", "get /api".</param>
    public bool May(UserInfo user, string request, string inNamespace = "ns") => Authorizer.Authorize(user, Request(request, inNamespace)).Allowed;

    public static AccessRequest Request(string request, string inNamespace = "ns", string name = "")
    {
        var (verb, what) = (request.Split(' ')[0], request.Split(' ')[1]);
        if (what.StartsWith('/'))
            return AccessRequest.OfPath(verb, what);
        var (resource, subresource) = what.Split('/') is [var first, var second] ? (first, second) : (what, "");
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        return new(verb, dot < 0 ? "" : resource[(dot + 1)..], dot < 0 ? resource : resource[..dot], subresource, inNamespace, name);
    }

    public void Dispose() => Tokens.Dispose();

    private static JsonObject RoleOf(string kind, string name, string rules) => new()
    {
        ["apiVersion"] = $"{Group}/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["rules"] = JsonNode.Parse(rules),
    };

    /// <param name="role">"Role reader", "ClusterRole view"</param>
    private static JsonObject BindingOf(string kind, string role, string subject)
    {
        var (subjectKind, name) = (subject.Split(' ')[0], subject.Split(' ')[1]);
        var who = new JsonObject { ["kind"] = subjectKind };
        if (subjectKind == "ServiceAccount" && name.Split('/') is [var ns, var account])
            (who["namespace"], who["name"]) = (ns, account);
        else
            who["name"] = name;
        return new()
        {
            ["apiVersion"] = $"{Group}/v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = Guid.NewGuid().ToString() },
            ["roleRef"] = new JsonObject { ["apiGroup"] = Group, ["kind"] = role.Split(' ')[0], ["name"] = role.Split(' ')[1] },
            ["subjects"] = new JsonArray(who),
        };
    }
}
