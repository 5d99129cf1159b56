using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>The cluster of these settings. An embedded engine is started when it is needed, and not before.</summary>
public sealed class ClusterAccess(KontraktSettings settings, IRunLog log)
{
    private readonly Lazy<ClusterDecision> decision = new(() => ClusterChoice.Choose(settings));
    private EngineHandshake? engine;
    private bool knocked;

    /// <summary>Whether it is the embedded engine.</summary>
    public bool IsEmbedded => decision.Value.Connection is null;

    /// <summary>The one of a kubeconfig or of this pod; null for the embedded engine. Nothing was asked of it.</summary>
    public ClusterConnection? Named => decision.Value.Connection;

    /// <summary>The kubeconfig that names it; null: the user's own, or none.</summary>
    public string? KubeConfig => IsEmbedded ? null : settings.KubeConfig;

    /// <summary>Where the embedded engine keeps what it needs; null where it is not the cluster.</summary>
    public string? EngineDirectory => IsEmbedded ? EngineFolder.Find(settings.EngineDirectory).Path : null;

    /// <summary>Which one it is and why, for the log.</summary>
    public string Reason => $"cluster: {(decision.Value.Connection is { } cluster ? $"'{cluster.Name}' at {cluster.Server}" : "the embedded engine")} ({decision.Value.Why})";

    /// <exception cref="KontraktException">No cluster is available: KTR3002, KTR3003, KTR6001, KTR6002, KTR6031.</exception>
    public async Task<ClusterConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (decision.Value.Connection is not { } named)
            return (await EngineAsync(cancellationToken)).Connection;
        if (!knocked && Reachability.MayBeEngine(named))
            await Reachability.CheckAsync(named, cancellationToken);
        knocked = true;
        return named;
    }

    /// <summary>A client of the cluster that says in the log what it repeats.</summary>
    /// <exception cref="KontraktException">As <see cref="ConnectAsync"/>.</exception>
    public async Task<ClusterClient> OpenAsync(CancellationToken cancellationToken) =>
        new(await ConnectAsync(cancellationToken), new ClientOptions { OnRetry = text => log.Report(new RunEvent.Detail(text)) });

    /// <summary>The same of a cluster that answers now; null where it is the embedded engine and none runs: who only looks starts none.</summary>
    /// <exception cref="KontraktException">As <see cref="ConnectAsync"/>; KTR3001: it does not answer.</exception>
    public async Task<ClusterClient?> OpenRunningAsync(CancellationToken cancellationToken)
    {
        if (IsEmbedded && await Launcher().FindAsync(cancellationToken) is null)
            return null;
        var client = await OpenAsync(cancellationToken);
        if (IsEmbedded)
            return client;
        try
        {
            await Reachability.CheckAsync(client.Connection, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Where images go: KO_DOCKER_REPO; else the embedded engine's own registry, where that is the cluster; null for nowhere.</summary>
    public async Task<string?> RepositoryAsync(CancellationToken cancellationToken) =>
        settings.Repository ?? (IsEmbedded ? (await EngineAsync(cancellationToken)).Registry : null);

    private async Task<EngineHandshake> EngineAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            throw Ktr.NoCluster.Error(null, $"{decision.Value.Why}, and the embedded engine runs on Linux only");
        return engine ??= await Launcher().EnsureAsync(cancellationToken);
    }

    private EngineLauncher Launcher() => new(EngineFolder.Find(settings.EngineDirectory), settings.EngineProgram, log);
}

/// <summary>What a cluster is, apart from which one it is.</summary>
internal static class ClusterKind
{
    /// <summary>"embedded engine 0.1.0 linux/amd64" or "Kubernetes v1.31.0 linux/amd64"; null where the server does not say.</summary>
    public static async Task<string?> AskAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        try
        {
            var version = await client.GetVersionAsync(cancellationToken);
            return $"{(version.GitVersion.EndsWith("+kontrakt", StringComparison.Ordinal) ? $"embedded engine {EngineFolder.Version}" : $"Kubernetes {version.GitVersion}")} {version.Platform}".TrimEnd();
        }
        catch (KubernetesException)
        {
            // Whatever is wrong, whoever runs next on the cluster will say it.
            return null;
        }
    }
}
