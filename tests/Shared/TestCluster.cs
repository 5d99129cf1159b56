using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Tests;

/// <summary>The cluster of KONTRAKT_TEST_KUBECONFIG, seen by its owner.</summary>
internal sealed class TestCluster : IDisposable
{
    private static readonly GroupVersionKind Namespaces = GroupVersionKind.From("v1", "Namespace");

    private TestCluster(ClusterConnection connection) => Client = new ClusterClient(connection, null);

    public ClusterClient Client { get; }

    public ClusterConnection Connection => Client.Connection;

    public static string? KubeConfigPath => Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG") is { Length: > 0 } path ? path : null;

    /// <summary>Ends the test as inconclusive where there is no cluster.</summary>
    public static TestCluster Require()
    {
        if (KubeConfigPath is null)
            Assert.Inconclusive("skipped: KONTRAKT_TEST_KUBECONFIG is not set");
        return new(KubeConfig.Load(KubeConfigPath).Connect(null));
    }

    /// <summary>Ends the test as inconclusive where the cluster does not serve a group and version.</summary>
    public async Task RequireAsync(string apiVersion, CancellationToken cancellationToken)
    {
        try
        {
            await Client.GetRawAsync($"/apis/{apiVersion}", cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            Assert.Inconclusive($"skipped: this cluster has no {apiVersion}");
        }
    }

    /// <summary>Namespaces that a run made and that are still there.</summary>
    public async Task<IReadOnlyList<string>> NamespacesOfAsync(string run, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var ns in Client.ListAsync(await FindAsync(Namespaces, cancellationToken), new(null) { LabelSelector = $"kontrakt/run={run}" }, cancellationToken))
            names.Add(ns.Name);
        return names;
    }

    public async Task<bool> HasRunningPodAsync(string run, CancellationToken cancellationToken)
    {
        foreach (var ns in await NamespacesOfAsync(run, cancellationToken))
            await foreach (var pod in Client.ListAsync(await FindAsync(GroupVersionKind.From("v1", "Pod"), cancellationToken), new(ns), cancellationToken))
                if (pod.Text("status", "phase") == "Running")
                    return true;
        return false;
    }

    /// <summary>An account with no rights, in a namespace of its own; its token.</summary>
    public async Task<(string Namespace, ServiceAccountToken Token)> MakePowerlessAccountAsync(CancellationToken cancellationToken)
    {
        var name = $"broken-tests-{Guid.NewGuid().ToString("N")[..8]}";
        await Client.CreateAsync(await FindAsync(Namespaces, cancellationToken), null, Make("Namespace", name), cancellationToken);
        await Client.CreateAsync(await FindAsync(GroupVersionKind.From("v1", "ServiceAccount"), cancellationToken), name, Make("ServiceAccount", "powerless"), cancellationToken);
        return (name, await Client.CreateTokenAsync(name, "powerless", TimeSpan.FromMinutes(30), cancellationToken));
    }

    public async Task DeleteNamespaceAsync(string name, CancellationToken cancellationToken) =>
        await Client.DeleteAsync(new(await FindAsync(Namespaces, cancellationToken), null, name), new(), cancellationToken);

    /// <summary>A kubeconfig for the same cluster by another address or as another identity; its only context is "broken".</summary>
    public static string KubeConfigFor(ClusterConnection connection, Uri server, ClusterIdentity identity) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Config",
        ["current-context"] = "broken",
        ["contexts"] = new JsonArray(new JsonObject { ["name"] = "broken", ["context"] = new JsonObject { ["cluster"] = "broken", ["user"] = "broken" } }),
        ["clusters"] = new JsonArray(new JsonObject { ["name"] = "broken", ["cluster"] = Cluster(connection, server) }),
        ["users"] = new JsonArray(new JsonObject { ["name"] = "broken", ["user"] = User(identity) }),
    }.ToJsonString();

    public void Dispose() => Client.Dispose();

    private static JsonObject Cluster(ClusterConnection connection, Uri server)
    {
        var cluster = new JsonObject { ["server"] = server.ToString(), ["tls-server-name"] = connection.TlsServerName ?? connection.Server.Host };
        if (connection.CertificateAuthority is { } authority)
            cluster["certificate-authority-data"] = Convert.ToBase64String(authority.Span);
        else if (connection.InsecureSkipTlsVerify)
            cluster["insecure-skip-tls-verify"] = true;
        return cluster;
    }

    private static JsonObject User(ClusterIdentity identity) => identity switch
    {
        ClusterIdentity.ClientCertificate certificate => new()
        {
            ["client-certificate-data"] = Convert.ToBase64String(certificate.Certificate.Span),
            ["client-key-data"] = Convert.ToBase64String(certificate.Key.Span),
        },
        ClusterIdentity.Token token => new() { ["token"] = token.Value },
        _ => throw new AssertInconclusiveException("skipped: the test's kubeconfig has neither a client certificate nor a token"),
    };

    private static KubernetesObject Make(string kind, string name) =>
        new(new JsonObject { ["apiVersion"] = "v1", ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name } });

    private async Task<ApiResource> FindAsync(GroupVersionKind kind, CancellationToken cancellationToken) =>
        await Client.FindResourceAsync(kind, cancellationToken) ?? throw new InvalidOperationException($"the cluster has no {kind}");
}
