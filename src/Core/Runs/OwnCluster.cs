using Kontrakt.Clusters;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs;

/// <summary>The cluster that a run was on, for those who come later: what it left exists on it, and nowhere else.</summary>
/// <param name="Client">null: none; see the other.</param>
/// <param name="Other">What is named, where that has another address, as a part of a sentence; with neither, it was on an engine that has ended since.</param>
internal sealed record OwnCluster(ClusterClient? Client, string? Other = null)
{
    /// <summary>Opens what the run's record says, where the settings do not name another one. Starts no engine.</summary>
    /// <exception cref="KontraktException">The settings cannot be used, or the cluster does not answer.</exception>
    public static async Task<OwnCluster> OpenAsync(OpenRun run, CancellationToken cancellationToken)
    {
        var (settings, was) = (run.Settings, run.Record.Cluster);
        var access = new ClusterAccess(settings with
        {
            KubeContext = settings.KubeContext ?? was?.Name,
            KubeConfig = settings.KubeConfig ?? was?.KubeConfig,
            EngineDirectory = settings.EngineDirectory ?? was?.EngineDirectory,
        }, run.Log);
        if (was is not null && Another(was, access, settings.EngineDirectory) is { } other)
            return new OwnCluster(access.Named is null ? null : await FindAtAnotherAddressAsync(run, access, cancellationToken), other);
        var client = await access.OpenRunningAsync(cancellationToken);
        if (was is null || client?.Connection.Server.ToString() == was.Server)
            return new(client);
        client?.Dispose();
        return new OwnCluster(Client: null);
    }

    /// <summary>A cluster may have more than one address (a proxy, a tunnel): what has the run's namespaces is the run's own.</summary>
    private static async Task<ClusterClient?> FindAtAnotherAddressAsync(OpenRun run, ClusterAccess access, CancellationToken cancellationToken)
    {
        ClusterClient? client = null;
        try
        {
            client = await access.OpenRunningAsync(cancellationToken);
            var leases = client is null ? null : new Leases(client, run.Settings, run.Log);
            foreach (var kontrakt in run.Record.Kontrakts)
                if (kontrakt is { Namespace.Deleted: false } && kontrakt.LeaseIn(run.Id) is { } place && leases is not null && await leases.HasAsync(place, cancellationToken))
                    return client;
        }
        catch (Exception e) when (e is KontraktException or KubernetesException)
        {
            // It does not answer, or not this user: nothing shows that it is the run's own.
        }
        client?.Dispose();
        return null;
    }

    /// <summary>What is recorded of a cluster, so that a later process finds it again.</summary>
    public static RunCluster Describe(ClusterClient client, ClusterAccess access, string? kind) => new(client.Connection.Name, client.Connection.Server.ToString())
    {
        Kind = kind,
        KubeConfig = access.KubeConfig,
        EngineDirectory = access.EngineDirectory,
    };

    /// <summary>The options that name it.</summary>
    public static string Options(RunCluster was) => $"--context {was.Name}" + was switch
    {
        { EngineDirectory: { } directory } => $" --engine-directory '{directory}'",
        { KubeConfig: { } file } => $" --kubeconfig '{file}'",
        _ => "",
    };

    /// <summary>The same for whoever continues the run: in a build as here, in a command as options (SettingNames).</summary>
    public static string Properties(RunCluster was) => $"-p:KontraktKubeContext={was.Name}" + was switch
    {
        { EngineDirectory: { } directory } => $" -p:KontraktEngineDirectory='{directory}'",
        { KubeConfig: { } file } => $" -p:KontraktKubeConfig='{file}'",
        _ => "",
    };

    private static string? Another(RunCluster was, ClusterAccess access, string? engineDirectory) => access.Named switch
    {
        { } named => named.Server.ToString() == was.Server ? null : $"'{named.Name}' at {named.Server} is named",
        null when was.Name != EngineHandshake.Context => "the embedded engine is named",
        null when was.EngineDirectory is { } directory && engineDirectory is not null && engineDirectory != directory => $"the embedded engine of the folder '{engineDirectory}' is named",
        null => null,
    };
}
