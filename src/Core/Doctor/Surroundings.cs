using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Doctor;

/// <summary>What several checks need, found once: what the kontrakts need, and the cluster.</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private static readonly TimeSpan End = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private readonly Lazy<Task<RunNeeds>> _needs;
    private readonly Lazy<Task<ClusterConnection>> _connection;

    /// <param name="items">KontraktImage items.</param>
    public Surroundings(KontraktSettings settings, IReadOnlyList<ImageItem> items, IRunLog log)
    {
        (Settings, Log, Cluster) = (settings, log, new(settings, log));
        _needs = new(() => Task.Run(() => RunNeeds.ReadAsync(settings, items, log, _end.Token)));
        _connection = new(() => Task.Run(() => Cluster.ConnectAsync(_end.Token)));
    }

    public KontraktSettings Settings { get; }

    public IRunLog Log { get; }

    public ClusterAccess Cluster { get; }

    public Task<RunNeeds> NeedsAsync(CancellationToken cancellationToken) => _needs.Value.WaitAsync(cancellationToken);

    /// <exception cref="KontraktException">No cluster is available.</exception>
    public Task<ClusterConnection> ConnectAsync(CancellationToken cancellationToken) => _connection.Value.WaitAsync(cancellationToken);

    /// <summary>The same for checks that are not about the cluster; null where there is none, which another check reports.</summary>
    public async Task<ClusterConnection?> TryConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectAsync(cancellationToken);
        }
        catch (KontraktException)
        {
            return null;
        }
    }

    /// <summary>Whether a run would use the embedded engine; null where nobody can say, which the check of the cluster reports.</summary>
    public bool? IsEmbedded()
    {
        try
        {
            return Cluster.IsEmbedded;
        }
        catch (KontraktException)
        {
            return null;
        }
    }

    /// <summary>Ends what is still being looked for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var task in new Task?[] { _needs.IsValueCreated ? _needs.Value : null, _connection.IsValueCreated ? _connection.Value : null }.OfType<Task>())
            await task.WaitAsync(End).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _end.Dispose();
    }
}
