using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kubernetes.Tests.Client;

[TestClass]
public sealed class Discoveries
{
    private const string Widgets = """{"kind":"APIResourceList","groupVersion":"w.org/v1","resources":[{"name":"widgets","namespaced":true,"kind":"Widget","verbs":["get","list"]},{"name":"widgets/status","namespaced":true,"kind":"Widget","verbs":["get"]}]}""";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AskOnlyForTheGroupOfTheKindAndOnlyOnce()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.JsonAsync(Widgets));
        using var client = server.Client();

        var found = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.FindResourceAsync(new("w.org", "v1", "Widget"), Token)));
        var missing = await client.FindResourceAsync(new("w.org", "v1", "Wodget"), Token);

        Assert.IsTrue(found.All(resource => resource?.Plural == "widgets"));
        Assert.IsNull(missing);
        CollectionAssert.AreEqual(new[] { "GET /apis/w.org/v1" }, server.Requests.ToArray());
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task FindAKindThatCameLaterAfterARefresh()
    {
        await using var server = await ScriptedServer.StartAsync((context, count) => count == 1 ? context.StatusAsync(404, "NotFound") : context.JsonAsync(Widgets));
        using var client = server.Client();

        var before = await client.FindResourceAsync(new("w.org", "v1", "Widget"), Token);
        client.RefreshDiscovery();
        var after = await client.FindResourceAsync(new("w.org", "v1", "Widget"), Token);

        Assert.IsNull(before);
        Assert.IsNotNull(after);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task GoOnPastABrokenGroup()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.Request.Path.Value switch
        {
            "/api" => context.JsonAsync("""{"kind":"APIVersions","versions":["v1"]}"""),
            "/api/v1" => context.JsonAsync("""{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","namespaced":true,"kind":"Pod","verbs":["get"]}]}"""),
            "/apis" => context.JsonAsync("""
                {"kind":"APIGroupList","groups":[
                  {"name":"metrics.k8s.io","versions":[{"groupVersion":"metrics.k8s.io/v1beta1","version":"v1beta1"}],"preferredVersion":{"version":"v1beta1"}},
                  {"name":"w.org","versions":[{"version":"v2"},{"version":"v1"}],"preferredVersion":{"version":"v1"}}]}
                """),
            "/apis/w.org/v1" => context.JsonAsync(Widgets),
            "/apis/w.org/v2" => context.JsonAsync(Widgets.Replace("w.org/v1", "w.org/v2", StringComparison.Ordinal)),
            _ => context.StatusAsync(503, "ServiceUnavailable", "the service is down"),
        });
        using var client = server.Client();

        var apis = await client.DiscoverAsync(Token);

        Assert.AreEqual("v1 Pod, w.org/v1 Widget", string.Join(", ", apis.Resources.Select(resource => resource.Kind)));
        Assert.AreEqual("the service is down", apis.Broken["metrics.k8s.io/v1beta1"]);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task TakeAggregatedAnswersWhereThereAreSome()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.Request.Path.Value == "/api"
            ? context.JsonAsync("""{"kind":"APIGroupDiscoveryList","items":[{"versions":[{"version":"v1","resources":[{"resource":"nodes","responseKind":{"group":"","version":"v1","kind":"Node"},"scope":"Cluster","verbs":["list"]}]}]}]}""")
            : context.JsonAsync("""{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"w.org"},"versions":[{"version":"v1","freshness":"Stale","resources":[{"resource":"widgets","responseKind":{"group":"w.org","version":"v1","kind":"Widget"},"scope":"Namespaced","verbs":["list"]}]}]}]}"""));
        using var client = server.Client();

        var apis = await client.DiscoverAsync(Token);

        Assert.AreEqual("v1 Node False, w.org/v1 Widget True", string.Join(", ", apis.Resources.Select(resource => $"{resource.Kind} {resource.Namespaced}")));
        Assert.IsTrue(apis.Broken.ContainsKey("w.org/v1"));
        Assert.HasCount(2, server.Requests);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task KnowTheRealClustersResources()
    {
        using var client = new ClusterClient(Cluster.Connection());

        var apis = await client.DiscoverAsync(Token);

        var deployment = apis.Resources.Single(resource => resource.Kind == new GroupVersionKind("apps", "v1", "Deployment"));
        Assert.IsTrue(deployment.Namespaced && deployment.Verbs.Contains("delete"));
    }
}
