using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Clusters;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Contexts;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests;

namespace Kontrakt.Dockerfiles.Tests.Infra;

/// <summary>A folder with a Dockerfile, and all that builds it on the cluster of KONTRAKT_TEST_KUBECONFIG with the stand-in executor.</summary>
internal sealed class Workshop : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RegistryClient _registry;

    private Workshop(TestCluster cluster, string executor, Action<string>? seen)
    {
        Cluster = cluster;
        Log = new(seen);
        Image = $"{TestImage.Registry}/kontrakt-tests/{Id}/web";
        _registry = new(new() { InsecureHosts = [TestImage.Registry], DockerConfigs = [Login(TestImage.Registry)] });
        Settings = new()
        {
            Directory = _folder.Path,
            RunsDirectory = _folder.At("state"),
            KubeConfig = TestCluster.KubeConfigPath,
            KubeContext = cluster.Connection.Name,
            SourceReference = "v1",
            Repository = $"{TestImage.Registry}/kontrakt-tests",
            BuildRepository = PodsName(cluster) is { } host ? $"{host}/kontrakt-tests" : null,
            BuildTimeout = TimeSpan.FromMinutes(4),
            KanikoExecutor = executor,
        };
    }

    public string Id { get; } = $"d{Guid.NewGuid().ToString("N")[..10]}";

    public TestCluster Cluster { get; }

    public bool IsOnTheEngine => Cluster.Connection.Name == EngineHandshake.Context;

    public Lines Log { get; }

    public KontraktSettings Settings { get; set; }

    /// <summary>What <see cref="BuildAsync"/> builds, by this machine's name.</summary>
    public string Image { get; }

    /// <summary>Ends the test as inconclusive where there is no cluster.</summary>
    public static async Task<Workshop> OpenAsync(Action<string>? seen = null)
    {
        var cluster = TestCluster.Require();
        return new(cluster, await StandIn.ImageAsync(), seen);
    }

    /// <summary>Writes web/Dockerfile, and returns its path.</summary>
    public string Dockerfile(params string[] lines) => Write("web/Dockerfile", string.Join('\n', ["FROM scratch", .. lines]) + "\n");

    public string Write(string path, string text) => _folder.Write(path, text);

    public string At(string path) => _folder.At(path);

    /// <summary>Builds one Dockerfile, as a run does.</summary>
    public async Task<BuiltImage> BuildAsync(string dockerfile, CancellationToken cancellationToken, string tag = "v1", ImageItem? item = null)
    {
        await using var site = new BuildSite(Settings, new ClusterAccess(Settings, Log), _registry, Log, Id);
        var source = new ImageSource.Dockerfile(dockerfile, Path.GetDirectoryName(dockerfile) ?? "", item?.Target is { Length: > 0 } target ? target : null);
        source = source with { Name = "web", Location = new("pod.yaml", 7, 12), BuildArgs = item?.BuildArgs ?? source.BuildArgs, Labels = item?.Labels ?? source.Labels, Cache = item?.Cache ?? false, Secrets = item?.Secrets ?? source.Secrets };
        return await ImageBuilds.RunAsync(source, ImageReference.Parse($"{Image}:{tag}"), site, cancellationToken);
    }

    /// <summary>The one diagnostic that a build ends with.</summary>
    public async Task<Diagnostic> FailAsync(string dockerfile, CancellationToken cancellationToken) =>
        (await Assert.ThrowsExactlyAsync<KontraktException>(() => BuildAsync(dockerfile, cancellationToken), Log.ToString())).Diagnostics.Single();

    /// <summary>Builds an image by a template, as a run does.</summary>
    public async Task<BuiltImage> BuildByTemplateAsync(TemplateUse use, CancellationToken cancellationToken)
    {
        await using var site = new BuildSite(Settings, new ClusterAccess(Settings, Log), _registry, Log, Id);
        return await ImageBuilds.RunAsync(new ImageSource.Template(use) { Name = "web" }, ImageReference.Parse($"{Image}:v1"), site, cancellationToken);
    }

    /// <summary>An image that others can stand on.</summary>
    public static async Task PushBaseAsync(RegistryClient registry, string image, int seed = 1)
    {
        var layer = Registries.Noise(100, seed);
        var config = new Oci.Model.ImageConfig { Os = "linux", Architecture = "amd64", DiffIds = [Digest.Sha256(layer)] };
        await registry.PushImageAsync(ImageReference.Parse(image), layer, config.ToBytes());
    }

    /// <summary>What the stand-in says it was given.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReportAsync(BuiltImage image, CancellationToken cancellationToken)
    {
        var manifest = Oci.Model.ImageManifest.Parse(await _registry.GetManifestAsync(image.Reference, cancellationToken));
        return (await _registry.GetConfigAsync(image.Reference, manifest, cancellationToken)).Labels ?? new Dictionary<string, string>();
    }

    public Task<Oci.Model.Descriptor?> ResolveAsync(string image, CancellationToken cancellationToken) => _registry.ResolveAsync(ImageReference.Parse(image), cancellationToken);

    /// <summary>Pods, Secrets and accounts of builds in a namespace.</summary>
    public async Task<IReadOnlyList<string>> LeftAsync(string ns, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var resource in new[] { ApiResource.Pods, ApiResource.Secrets, ApiResource.ServiceAccounts })
            await foreach (var each in Cluster.Client.ListAsync(resource, new(ns) { LabelSelector = "kontrakt/run" }, cancellationToken))
                left.Add(each.ToString());
        return left;
    }

    /// <summary>The runs in the workshop's folder, whose images go to a repository of the workshop's own.</summary>
    public async Task<KontraktRuns> RunsAsync(CancellationToken cancellationToken)
    {
        var shared = await ExtractorImage.EnsureAsync(Settings.Repository ?? "", _registry, Log, cancellationToken);
        return new(Settings with
        {
            ContextBase = shared.ToString(),
            Repository = $"{Settings.Repository}/{Id}",
            BuildRepository = Settings.BuildRepository is { } pods ? $"{pods}/{Id}" : null,
        }, Log);
    }

    public void Dispose()
    {
        _registry.Dispose();
        Cluster.Dispose();
        _folder.Dispose();
    }

    /// <summary>
    /// The registry's host and port for pods: KONTRAKT_TEST_BUILD_REGISTRY; else, of one on this machine, the API server's address, where that is no
    /// loopback; else null: the cluster says it.
    /// </summary>
    private static string? PodsName(TestCluster cluster)
    {
        if (Environment.GetEnvironmentVariable("KONTRAKT_TEST_BUILD_REGISTRY") is { Length: > 0 } named)
            return named;
        var server = cluster.Connection.Server;
        return BuildNames.IsLoopback(server.Host) || !BuildNames.IsLoopback(TestImage.Registry) ? null : $"{server.Host}:{TestImage.Registry.Split(':')[^1]}";
    }

    /// <summary>A docker config with a login for the registry, and one that is not concerned.</summary>
    private static byte[] Login(string host)
    {
        static JsonObject Entry(string pair) => new() { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)) };
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["auths"] = new JsonObject { [host] = Entry("someone:a-secret-word"), ["elsewhere.example.com"] = Entry("someone:else") } });
    }
}
