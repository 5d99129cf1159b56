using Kontrakt.Tests;

namespace Broken.Tests;

/// <summary>Where a case runs: its folder, the tool's environment and options, and what a folder cannot hold (a registry, an account, a way to the API server).</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _cleanups = new();
    private readonly TestCluster? _cluster;

    private Surroundings(string name, TestCluster? cluster)
    {
        _cluster = cluster;
        Folder = Path.Combine(BrokenCase.Root, name);
        Scratch = Directory.CreateTempSubdirectory("broken-").FullName;
        _cleanups.Push(() => { Directory.Delete(Scratch, recursive: true); return default; });
        Environment["SOURCE_REFERENCE"] = "broken";
        Environment["KO_DOCKER_REPO"] = $"{System.Environment.GetEnvironmentVariable("KONTRAKT_TEST_REGISTRY") ?? "localhost:5000"}/kontrakt-broken";
        Environment["KONTRAKT_HOST_BASE_IMAGE"] = "true";
        Environment["KONTRAKT_RUNS_DIRECTORY"] = Path.Combine(Scratch, "runs");
        Environment["KONTRAKT_JUNIT"] = Path.Combine(Scratch, "junit.xml");
        if (cluster is not null)
            UseKubeConfig(TestCluster.KubeConfigPath!, cluster.Connection.Name);
    }

    public string Folder { get; private set; }

    public string Scratch { get; }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Told each line of the log.</summary>
    public Action<ToolProcess, string>? Seen { get; private set; }

    /// <summary>The run that the tool began; null when it began none.</summary>
    public string? Run => File.Exists(Path.Combine(Scratch, "runs", "latest")) ? File.ReadAllText(Path.Combine(Scratch, "runs", "latest")).Trim() : null;

    public static async Task<Surroundings> MakeAsync(string name, BrokenCase expected, TestCluster? cluster, CancellationToken cancellationToken)
    {
        var surroundings = new Surroundings(name, cluster);
        try
        {
            if (expected.Needs.Contains("kaniko"))
                surroundings.UseExecutor();
            foreach (var (variable, value) in expected.Environment ?? new Dictionary<string, string>())
                surroundings.Environment[variable] = value;
            await surroundings.ArrangeAsync(expected.Setting, cancellationToken);
            return surroundings;
        }
        catch
        {
            await surroundings.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_cleanups.TryPop(out var cleanup))
            await cleanup();
    }

    private Task ArrangeAsync(string? setting, CancellationToken cancellationToken)
    {
        switch (setting)
        {
            case null:
                return Task.CompletedTask;
            case "outside-git":
                Environment.Remove("SOURCE_REFERENCE");
                CopyFolder();
                return Task.CompletedTask;
            case "no-repository":
                Environment.Remove("KO_DOCKER_REPO");
                // With a cluster named: on the embedded engine it has a default.
                WriteUnreachableKubeConfig();
                return Task.CompletedTask;
            case "busybox-in-context":
                CopyFolder();
                File.Copy("/bin/busybox", Path.Combine(Folder, "web", "busybox"));
                return Task.CompletedTask;
            case "registry-refuses":
                return RefusePushesAsync(cancellationToken);
            case "limited-account":
                return BecomePowerlessAsync(cancellationToken);
            case "api-unreachable":
                WriteUnreachableKubeConfig();
                return Task.CompletedTask;
            case "api-goes-away":
                LoseTheServer(cancellationToken);
                return Task.CompletedTask;
            default:
                throw new InvalidDataException($"no surroundings are known as '{setting}'");
        }
    }

    private void UseExecutor()
    {
        if (System.Environment.GetEnvironmentVariable("KONTRAKT_TEST_KANIKO_EXECUTOR") is not { Length: > 0 } executor)
            throw new AssertInconclusiveException("skipped: KONTRAKT_TEST_KANIKO_EXECUTOR names no image of Kaniko's executor");
        (Environment["KONTRAKT_KANIKO_EXECUTOR"], Environment["KontraktKanikoExecutor"]) = (executor, executor);
        if (PodsRegistry() is { } host)
            (Environment["KONTRAKT_BUILD_REPOSITORY"], Environment["KontraktBuildRepository"]) = ($"{host}/kontrakt-broken", $"{host}/kontrakt-broken");
    }

    /// <summary>The registry's name for pods: KONTRAKT_TEST_BUILD_REGISTRY, else the API server's address with its port; null where the cluster says it.</summary>
    private string? PodsRegistry()
    {
        if (System.Environment.GetEnvironmentVariable("KONTRAKT_TEST_BUILD_REGISTRY") is { Length: > 0 } named)
            return named;
        var (server, own) = (_cluster?.Connection.Server, Environment["KO_DOCKER_REPO"].Split('/')[0]);
        return server is null || server.IsLoopback || !own.StartsWith("localhost:", StringComparison.Ordinal) ? null : $"{server.Host}:{own.Split(':')[1]}";
    }

    /// <summary>The case and the project it builds, where no git repository is.</summary>
    private void CopyFolder()
    {
        var outside = Path.Combine(Scratch, "outside");
        var name = Path.GetFileName(Folder);
        foreach (var folder in new[] { name, "Actor" })
            foreach (var file in Directory.GetFiles(Path.Combine(BrokenCase.Root, folder), "*", SearchOption.AllDirectories))
            {
                var relative = Path.GetRelativePath(BrokenCase.Root, file);
                if (relative.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any())
                    continue;
                var target = Path.Combine(outside, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        Folder = Path.Combine(outside, name);
    }

    private async Task RefusePushesAsync(CancellationToken cancellationToken)
    {
        var registry = await RefusingRegistry.StartAsync(cancellationToken);
        _cleanups.Push(registry.DisposeAsync);
        Environment["KO_DOCKER_REPO"] = $"localhost:{registry.Port}/broken";
    }

    private async Task BecomePowerlessAsync(CancellationToken cancellationToken)
    {
        var cluster = _cluster!;
        var (ns, token) = await cluster.MakePowerlessAccountAsync(cancellationToken);
        _cleanups.Push(async () => await cluster.DeleteNamespaceAsync(ns, CancellationToken.None));
        WriteKubeConfig(TestCluster.KubeConfigFor(cluster.Connection, cluster.Connection.Server, new Kontrakt.Kubernetes.Config.ClusterIdentity.Token(token.Value)));
    }

    /// <summary>The way to the API server is cut once a pod of the run runs.</summary>
    private void LoseTheServer(CancellationToken cancellationToken)
    {
        var cluster = _cluster!;
        var proxy = new TcpProxy(cluster.Connection.Server);
        _cleanups.Push(() => { proxy.Dispose(); return default; });
        WriteKubeConfig(TestCluster.KubeConfigFor(cluster.Connection, new($"https://127.0.0.1:{proxy.Port}"), cluster.Connection.Identity));
        var watching = 0;
        Seen = (tool, line) =>
        {
            if (line.Length > 0 && Run is { } run && Interlocked.Exchange(ref watching, 1) == 0)
                _ = CutAsync(run);
        };

        async Task CutAsync(string run)
        {
            while (!await cluster.HasRunningPodAsync(run, cancellationToken))
                await Task.Delay(200, cancellationToken);
            proxy.Cut();
        }
    }

    private void WriteUnreachableKubeConfig() =>
        WriteKubeConfig($$$"""{"apiVersion":"v1","kind":"Config","current-context":"broken","contexts":[{"name":"broken","context":{"cluster":"broken","user":"broken"}}],"clusters":[{"name":"broken","cluster":{"server":"https://127.0.0.1:{{{RefusingRegistry.FreePort()}}}"}}],"users":[{"name":"broken","user":{"token":"none"}}]}""");

    private void WriteKubeConfig(string text)
    {
        var path = Path.Combine(Scratch, "kubeconfig");
        File.WriteAllText(path, text);
        UseKubeConfig(path, "broken");
    }

    private void UseKubeConfig(string path, string context) => (Environment["KUBECONFIG"], Environment["KONTRAKT_KUBE_CONTEXT"]) = (path, context);
}
