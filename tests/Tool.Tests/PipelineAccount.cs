using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>A namespace with an account whose rights are those that "kontrakt rbac" prints; all of it is deleted at the end.</summary>
internal sealed class PipelineAccount : IAsyncDisposable
{
    private readonly TestCluster _cluster;
    private readonly List<(ApiResource Resource, string? Namespace, string Name)> _made = [];

    private PipelineAccount(TestCluster cluster, string name) => (_cluster, Namespace) = (cluster, name);

    /// <summary>The namespace's name, and the account's: what it binds in the whole cluster needs one of its own.</summary>
    public string Namespace { get; }

    public string Account => Namespace;

    public static async Task<PipelineAccount> MakeAsync(TestCluster cluster, bool inOneNamespace, CancellationToken cancellationToken, params string[] options)
    {
        var made = new PipelineAccount(cluster, $"tool-rights-{Guid.NewGuid().ToString("N")[..8]}");
        try
        {
            await made.CreateAsync(new(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = made.Namespace } }), cancellationToken);
            var printed = await CommandLines.RunAsync(["rbac", "--account", made.Account, "--account-namespace", made.Namespace, .. inOneNamespace ? ["-n", made.Namespace] : (string[])[], .. options]);
            Assert.AreEqual(0, printed.ExitCode, printed.Error);
            foreach (var document in YamlFile.Parse("rbac.yaml", printed.Output).Documents)
                await made.CreateAsync(new((JsonObject)document.ToJson()!), cancellationToken);
            await made.InForceAsync(inOneNamespace, cancellationToken);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (resource, ns, name) in Enumerable.Reverse(_made).Where(each => each.Namespace is null))
            await _cluster.Client.DeleteAsync(new(resource, ns, name), new(), CancellationToken.None);
    }

    private async Task CreateAsync(KubernetesObject body, CancellationToken cancellationToken)
    {
        var resource = await _cluster.Client.FindResourceAsync(body.GroupVersionKind, cancellationToken) ?? throw new InvalidOperationException($"no kind {body.Kind}");
        var ns = resource.Namespaced ? body.Text("metadata", "namespace") : null;
        await _cluster.Client.CreateAsync(resource, ns, body, cancellationToken);
        _made.Add((resource, ns, body.Name));
    }

    /// <summary>The API server learns of new rights a little later than they are written, and tells nobody when.</summary>
    private async Task InForceAsync(bool inOneNamespace, CancellationToken cancellationToken)
    {
        using var account = new ClusterClient(_cluster.Connection, new ClientOptions { ImpersonateUser = $"system:serviceaccount:{Namespace}:{Account}" });
        while (!(await account.CanIAsync(new("create", "", "serviceaccounts", inOneNamespace ? Namespace : "elsewhere"), cancellationToken)).Allowed)
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
    }
}
