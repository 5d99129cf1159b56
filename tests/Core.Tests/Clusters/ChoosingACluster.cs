using System.Net;
using System.Net.Sockets;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Clusters;

[TestClass]
public sealed class ChoosingACluster
{
    private static readonly ClusterConnection Own = new() { Name = "in-cluster", Server = new("https://10.0.0.1"), Identity = new ClusterIdentity.Anonymous() };

    [TestMethod]
    [DataRow("kind-shop", "https://127.0.0.1:40001")]
    [DataRow("k3d-shop", "https://0.0.0.0:6550")]
    [DataRow("minikube", "https://192.168.49.2:8443")]
    [DataRow("docker-desktop", "https://kubernetes.docker.internal:6443")]
    [DataRow("rancher-desktop", "https://[::1]:6443")]
    [DataRow("orbstack", "https://k8s.orb.local:26443")]
    [DataRow("colima-arm", "https://localhost:6443")]
    public void TakesACurrentContextThatIsPlainlyLocal(string context, string server)
    {
        using var file = new KubeConfigFile(context, (context, server));

        var chosen = ClusterChoice.Choose(Settings(file), () => null);

        Assert.AreEqual(context, chosen.Connection?.Name);
        Assert.Contains("this machine's own", chosen.Why);
    }

    [TestMethod]
    [DataRow("production", "https://api.example.com")]
    [DataRow("kind-shop", "https://api.example.com")]
    [DataRow("kind-shop", "https://34.1.2.3:6443")]
    [DataRow("tunnel", "https://127.0.0.1:6443")]
    public void LeavesAlonePlacesThatWereNotNamed(string context, string server)
    {
        using var file = new KubeConfigFile(context, (context, server));

        var chosen = ClusterChoice.Choose(Settings(file), () => null);

        Assert.IsNull(chosen.Connection, "the embedded engine");
        Assert.Contains($"'{context}'", chosen.Why);
        Assert.Contains("KontraktKubeContext does not name it", chosen.Why);
    }

    [TestMethod]
    public void TakesTheEmbeddedEngineWhereThereIsNoCluster()
    {
        var chosen = ClusterChoice.Choose(TestCluster.Settings() with { KubeConfig = "/nowhere/config" }, () => null);

        Assert.IsNull(chosen.Connection);
        Assert.Contains("names no cluster", chosen.Why);
    }

    [TestMethod]
    public void TakesTheEmbeddedEngineWhereItIsNamed()
    {
        using var file = new KubeConfigFile("kind-shop", ("kind-shop", "https://127.0.0.1:1"));

        var chosen = ClusterChoice.Choose(Settings(file) with { KubeContext = "kontrakt-engine" }, () => Own);

        Assert.IsNull(chosen.Connection);
    }

    [TestMethod]
    public void TakesAnyContextThatIsNamed()
    {
        using var file = new KubeConfigFile("kind-shop", ("kind-shop", "https://127.0.0.1:1"), ("production", "https://api.example.com"));

        var chosen = ClusterChoice.Choose(Settings(file) with { KubeContext = "production" }, () => Own);

        Assert.AreEqual("production", chosen.Connection?.Name);
    }

    [TestMethod]
    public void NamesTheContextsThereAreWhenOneIsUnknown()
    {
        using var file = new KubeConfigFile("kind-shop", ("kind-shop", "https://127.0.0.1:1"), ("staging", "https://api.example.com"));

        var e = Assert.ThrowsExactly<KontraktException>(() => ClusterChoice.Choose(Settings(file) with { KubeContext = "stagign" }, () => null));

        Assert.AreEqual("KTR3003", e.Diagnostics.Single().Code);
        Assert.Contains("'kind-shop', 'staging'", e.Message);
    }

    [TestMethod]
    public void TakesItsOwnClusterInAPod()
    {
        var chosen = ClusterChoice.Choose(TestCluster.Settings() with { KubeConfig = null }, () => Own);

        Assert.AreSame(Own, chosen.Connection);
    }

    [TestMethod]
    public void LetsAKubeconfigGoBeforeThePodsOwnCluster()
    {
        using var file = new KubeConfigFile("kind-shop", ("kind-shop", "https://127.0.0.1:1"));

        Assert.AreEqual("kind-shop", ClusterChoice.Choose(Settings(file), () => Own).Connection?.Name);
    }

    [TestMethod]
    public void SaysWhenThereIsNoCurrentContext()
    {
        using var file = new KubeConfigFile("", ("kind-shop", "https://127.0.0.1:1"));

        var chosen = ClusterChoice.Choose(Settings(file), () => null);

        Assert.IsNull(chosen.Connection);
        Assert.Contains("only 'kind-shop'", chosen.Why);
    }

    [TestMethod]
    public void SaysWhatIsWrongWithAKubeconfig()
    {
        using var file = new KubeConfigFile("gone", ("kind-shop", "https://127.0.0.1:1"));

        var e = Assert.ThrowsExactly<KontraktException>(() => ClusterChoice.Choose(Settings(file), () => null));

        Assert.AreEqual("KTR3003", e.Diagnostics.Single().Code);
        Assert.Contains("gone", e.Message);
    }

    private static KontraktSettings Settings(KubeConfigFile file) => TestCluster.Settings() with { KubeConfig = file.Path };

    [TestMethod]
    [Timeout(60_000)]
    public async Task SaysAtOnceThatAnEngineOfAKubeconfigHasEnded()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = $"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        using var file = new KubeConfigFile("kontrakt-engine", ("kontrakt-engine", server));
        var access = new ClusterAccess(Settings(file) with { KubeContext = "kontrakt-engine" }, new ListLog());

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => access.OpenAsync(CancellationToken.None));

        Assert.AreEqual("KTR6031", error.Diagnostics.Single().Code, error.Message);
        Assert.Contains("connection refused", error.Message);
    }

    private sealed class KubeConfigFile : IDisposable
    {
        public KubeConfigFile(string current, params (string Name, string Server)[] contexts)
        {
            var lines = new List<string> { "apiVersion: v1", "kind: Config", $"current-context: \"{current}\"", "users: [{name: u, user: {token: t}}]", "contexts:" };
            lines.AddRange(contexts.Select(each => $"- {{name: {each.Name}, context: {{cluster: {each.Name}, user: u}}}}"));
            lines.Add("clusters:");
            lines.AddRange(contexts.Select(each => $"- {{name: {each.Name}, cluster: {{server: \"{each.Server}\"}}}}"));
            File.WriteAllLines(Path, lines);
        }

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
