using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Kubernetes.Tests.Client;

/// <summary>The cluster that KONTRAKT_TEST_KUBECONFIG names, with a namespace of one test's own.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private Cluster(ClusterClient client, string ns) => (Client, Namespace) = (client, ns);

    public ClusterClient Client { get; }
    public string Namespace { get; }

    public static ClusterConnection Connection()
    {
        var path = Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG");
        if (string.IsNullOrEmpty(path))
            Assert.Inconclusive("skipped: KONTRAKT_TEST_KUBECONFIG is not set");
        return KubeConfig.Load(path).Connect(null);
    }

    public static async Task<Cluster> StartAsync(CancellationToken cancellationToken)
    {
        var client = new ClusterClient(Connection());
        var ns = "kubetest-" + Guid.NewGuid().ToString("n")[..8];
        await client.CreateAsync(ApiResource.Namespaces, null, Object($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{ns}}}"}}"""), cancellationToken);
        return new(client, ns);
    }

    public static KubernetesObject Object(string json) => new(JsonNode.Parse(json)!.AsObject());

    public static KubernetesObject ConfigMap(string name, string value = "v") =>
        Object($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"app":"kubetest"}},"data":{"k":"{{{value}}}"}}""");

    public ResourceName Name(ApiResource resource, string name) => new(resource, Namespace, name);

    public async ValueTask DisposeAsync()
    {
        await Client.DeleteAsync(new(ApiResource.Namespaces, null, Namespace), new(), CancellationToken.None);
        Client.Dispose();
    }
}
