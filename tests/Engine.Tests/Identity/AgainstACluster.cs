using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Identity;

/// <summary>The same roles, bindings and questions on the cluster of KONTRAKT_TEST_KUBECONFIG: the answers are the same.</summary>
[TestClass]
public sealed class AgainstACluster : IAsyncDisposable
{
    private const string Rbac = "rbac.authorization.k8s.io";
    private static readonly string[] Verbs = ["get", "list", "create", "delete", "escalate", "bind", "impersonate", "*"];
    private static readonly string[] Groups = ["", "apps", "batch", Rbac, "example.com", "*"];
    private static readonly string[] Resources = ["pods", "pods/log", "*/scale", "deployments", "deployments/scale", "jobs", "secrets", "roles", "clusterroles", "*"];
    private static readonly string[] Names = ["view", "web"];

    /// <summary>What the usual roles allow in newer versions, and the cluster that this is compared with need not.</summary>
    private static readonly HashSet<(string, string, string)> Newer = [("create", "serviceaccounts", "token"), ("create", "pods", "eviction")];

    private readonly string run = $"rbac-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly TestIdentity identity = new();
    private readonly List<ResourceName> made = [];
    private readonly Random random = new(7);
    private ClusterClient? admin;

    [TestMethod]
    [Timeout(300_000)]
    public async Task RandomRolesAllowTheSame()
    {
        await OpenAsync();
        for (var user = 0; user < 8; user++)
        {
            await BindAsync($"{run}-{user}", await RoleAsync("Role", RandomRules("own")), everywhere: false);
            await BindAsync($"{run}-{user}", await RoleAsync("ClusterRole", RandomRules("shared")), everywhere: user % 2 == 0);
        }
        var differences = new List<string>();
        for (var user = 0; user < 8; user++)
        {
            using var client = As($"{run}-{user}");
            await WaitAsync(client, Probe("own"));
            await WaitAsync(client, Probe("shared"));
            for (var i = 0; i < 60; i++)
                await CompareAsync(client, $"{run}-{user}", RandomQuestion(), differences);
        }

        Assert.AreEqual("", string.Join('\n', differences));
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("view")]
    [DataRow("edit")]
    [DataRow("admin")]
    public async Task TheUsualRolesAllowTheSameOfAllKindsOfTheEngine(string role)
    {
        await OpenAsync();
        await BindAsync(run, ("ClusterRole", role), everywhere: false);
        using var client = As(run);
        await WaitAsync(client, new("list", "", "pods", run));
        var differences = new List<string>();
        foreach (var kind in ServedKinds.Resources)
            foreach (var resource in kind.Subresources.Prepend(""))
                foreach (var verb in (string[])["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"])
                    if (!Newer.Contains((verb, kind.Plural, resource)) && kind != Kinds.Event && kind != Kinds.Endpoints && kind != Kinds.EndpointSlice && kind != Kinds.Lease) // Slices came into "view" with 1.21, leases into "edit" with 1.23.
                        await CompareAsync(client, run, new(verb, kind.Group, kind.Plural, run, null, resource.Length == 0 ? null : resource), differences);

        Assert.AreEqual("", string.Join('\n', differences));
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task GrantingMoreIsRefusedInTheSameWords()
    {
        await OpenAsync();
        await BindAsync(run, await RoleAsync("ClusterRole", """[{"apiGroups":["","apps"],"resources":["pods","*/scale"],"verbs":["get","list"]},{"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles","rolebindings"],"verbs":["create"]}]"""), everywhere: false);
        using var client = As(run);
        await WaitAsync(client, new("create", Rbac, "roles", run));
        var differences = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            var body = Body("Role", $"own-{i}", new JsonObject { ["rules"] = JsonNode.Parse(RandomRules("granted")) });
            var theirs = await RefusalAsync(() => client.CreateAsync(Resource("Role"), run, new(body.DeepClone().AsObject()), CancellationToken.None));
            var ours = Refusal(() => identity.Objects.Create(Kinds.Role, run, body, TestIdentity.User(run)));
            if (theirs != ours)
                differences.Add($"{body["rules"]!.ToJsonString()}\ncluster: {theirs}\nengine:  {ours}");
        }

        Assert.AreEqual("", string.Join('\n', differences));
    }

    public async ValueTask DisposeAsync()
    {
        identity.Dispose();
        if (admin is null)
            return;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        foreach (var name in made)
            await admin.DeleteAsync(name, new(), limit.Token);
        admin.Dispose();
    }

    private async Task OpenAsync()
    {
        if (Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG") is not { Length: > 0 } file)
        {
            Assert.Inconclusive("skipped: KONTRAKT_TEST_KUBECONFIG is not set");
            return;
        }
        admin = new(KubeConfig.Load(file).Connect(null));
        await MakeAsync(ApiResource.Namespaces, null, new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = run } });
        TestCluster.AddNamespace(identity.Objects, run);
    }

    private async Task MakeAsync(ApiResource resource, string? ns, JsonObject body)
    {
        await admin!.CreateAsync(resource, ns, new(body), CancellationToken.None);
        if (ns is null)
            made.Insert(0, new(resource, null, new KubernetesObject(body).Name));
    }

    private ClusterClient As(string user) => new(admin!.Connection, new() { ImpersonateUser = user, UserAgent = "kubectl" });

    private async Task<(string Kind, string Name)> RoleAsync(string kind, string rules)
    {
        var name = $"{run}-{made.Count}-{random.Next()}";
        var body = Body(kind, name, new JsonObject { ["rules"] = JsonNode.Parse(rules) });
        await MakeAsync(Resource(kind), kind == "Role" ? run : null, body.DeepClone().AsObject());
        identity.Objects.Create(kind == "Role" ? Kinds.Role : Kinds.ClusterRole, kind == "Role" ? run : "", body);
        return (kind, name);
    }

    private async Task BindAsync(string user, (string Kind, string Name) role, bool everywhere)
    {
        var kind = everywhere ? Kinds.ClusterRoleBinding : Kinds.RoleBinding;
        var body = Body(kind.Kind, $"{run}-{random.Next()}", new JsonObject
        {
            ["roleRef"] = new JsonObject { ["apiGroup"] = Rbac, ["kind"] = role.Kind, ["name"] = role.Name },
            ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = Rbac, ["kind"] = "User", ["name"] = user }),
        });
        await MakeAsync(Resource(kind.Kind), everywhere ? null : run, body.DeepClone().AsObject());
        identity.Objects.Create(kind, everywhere ? "" : run, body);
    }

    private async Task CompareAsync(ClusterClient client, string user, AccessQuestion question, List<string> differences)
    {
        var theirs = (await client.CanIAsync(question, CancellationToken.None)).Allowed;
        var ours = identity.Authorizer.Authorize(TestIdentity.User(user), new(question.Verb, question.Group, question.Resource, question.Subresource ?? "", question.Namespace ?? "", question.Name ?? "")).Allowed;
        if (theirs != ours)
            differences.Add($"{user}: {question}: cluster {theirs}, engine {ours}");
    }

    /// <summary>A server hears of its own writes a little later, of each kind on its own: what is asked for is what the last one allows.</summary>
    private static async Task WaitAsync(ClusterClient client, AccessQuestion question)
    {
        for (var pause = TimeSpan.FromMilliseconds(10); !(await client.CanIAsync(question, CancellationToken.None)).Allowed; pause *= 1.5)
            await Task.Delay(pause);
    }

    private AccessQuestion Probe(string name) => new("probe", "kontrakt.test", "probes", run, name);

    private AccessQuestion RandomQuestion()
    {
        var resource = Pick(Resources).Split('/');
        return new(Pick(Verbs), Pick(Groups), resource[0] == "*" && resource.Length > 1 ? "things" : resource[0], random.Next(3) == 0 ? null : run, random.Next(2) == 0 ? null : Pick(Names), resource.Length > 1 ? resource[1] : null);
    }

    private string RandomRules(string probe)
    {
        var rules = new JsonArray(new JsonObject { ["apiGroups"] = new JsonArray("kontrakt.test"), ["resources"] = new JsonArray("probes"), ["resourceNames"] = new JsonArray(probe), ["verbs"] = new JsonArray("probe") });
        for (var i = 0; i <= random.Next(4); i++)
        {
            var rule = new JsonObject { ["apiGroups"] = Some(Groups), ["resources"] = Some(Resources), ["verbs"] = Some(Verbs) };
            if (random.Next(3) == 0)
                rule["resourceNames"] = Some(Names);
            rules.Add(rule);
        }
        return rules.ToJsonString();
    }

    private string Pick(string[] values) => values[random.Next(values.Length)];

    private JsonArray Some(string[] values) => new([.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Pick(values)).Distinct().Select(value => (JsonNode)value)]);

    private static ApiResource Resource(string kind) => new(new(Rbac, "v1", kind), kind.ToLowerInvariant() + "s", !kind.StartsWith("Cluster", StringComparison.Ordinal), []);

    private static JsonObject Body(string kind, string name, JsonObject content)
    {
        content["apiVersion"] = $"{Rbac}/v1";
        content["kind"] = kind;
        content["metadata"] = new JsonObject { ["name"] = name };
        return content;
    }

    private static async Task<string> RefusalAsync(Func<Task> act)
    {
        try
        {
            await act();
            return "";
        }
        catch (KubernetesException refused)
        {
            return refused.Message;
        }
    }

    private static string Refusal(Action act)
    {
        try
        {
            act();
            return "";
        }
        catch (StatusException refused)
        {
            return refused.Message;
        }
    }
}
