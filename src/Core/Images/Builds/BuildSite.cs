using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Images.Builds;

/// <summary>
/// Where images are built that no SDK makes: the cluster and a lease there. Both are opened when the first pod is needed and not before; the lease is
/// deleted at the end. One for all builds of a run; safe for concurrent use.
/// </summary>
/// <param name="runId">The run that builds; marks what it makes on the cluster.</param>
public sealed class BuildSite(KontraktSettings settings, ClusterAccess cluster, RegistryClient registry, IRunLog log, string runId) : IAsyncDisposable
{
    /// <summary>Not the name of a kontrakt, whose namespace this must not be.</summary>
    internal const string Name = "image builds";

    private readonly SemaphoreSlim _opening = new(1, 1);
    private ClusterClient? _caller;
    private Lease? _lease;
    private BuildPlace? _place;
    private BuildNames? _names;

    public KontraktSettings Settings { get; } = settings;

    public RegistryClient Registry { get; } = registry;

    public IRunLog Log { get; } = log;

    /// <summary>What pods of builds may ask of their node: never less than baseline, for unpacking a base and running its commands takes root.</summary>
    internal PodSecurityLevel PodSecurity => Settings.PodSecurity == PodSecurityLevel.Restricted ? PodSecurityLevel.Baseline : Settings.PodSecurity;

    /// <summary>The names of KO_DOCKER_REPO; starts the embedded engine where that is the cluster.</summary>
    /// <exception cref="KontraktException">There is no repository or no cluster.</exception>
    public async Task<BuildNames> NamesAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _names ??= await BuildNamesLookup.FindAsync(Settings, cluster, await ConnectAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The namespace and its account, made where they have to be.</summary>
    internal async Task<BuildPlace> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _place ??= await EnterAsync(await ConnectAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Deletes the lease, within KontraktDeleteTimeout; what goes wrong is reported.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_lease is not null)
        {
            await new Leases(_lease.Caller, Settings, Log).DeleteAsync(_lease);
            _lease.Account.Dispose();
        }
        _caller?.Dispose();
        _opening.Dispose();
    }

    /// <summary>A lease like a kontrakt's: what its account makes, and nothing else, is deleted at the end. It lives as long as the longest build may take.</summary>
    private async Task<BuildPlace> EnterAsync(ClusterClient caller, CancellationToken cancellationToken)
    {
        var own = Settings with
        {
            Namespace = Settings.BuildNamespace ?? Settings.Namespace,
            Keep = KeepPolicy.Never,
            Timeout = Settings.BuildTimeout,
            PodSecurity = PodSecurity,
            // Most builds fetch something.
            Egress = true,
        };
        _lease = await new Leases(caller, own, Log).AcquireAsync(Name, runId, detached: false, cancellationToken);
        return new(_lease.Account, _lease.Namespace, runId);
    }

    private async Task<ClusterClient> ConnectAsync(CancellationToken cancellationToken) =>
        _caller ??= await cluster.OpenAsync(cancellationToken);
}

/// <param name="Client">May do everything in the namespace that a build needs.</param>
internal sealed record BuildPlace(ClusterClient Client, string Namespace, string RunId);
