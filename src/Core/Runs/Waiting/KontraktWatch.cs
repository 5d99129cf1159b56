using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>
/// The eyes of a kontrakt's steps: its watch, what the cluster holds, and what has happened since it was opened. One for wait and assert where they
/// are one process, opened before anything is applied, so that nothing can come and go unseen.
/// </summary>
internal sealed class KontraktWatch : IDisposable
{
    internal KontraktWatch(KontraktWork work, bool fromTheBeginning, CancellationToken cancellationToken)
    {
        FromTheBeginning = fromTheBeginning;
        Tests = KontraktTest.AllOf(work.Manifests);
        Cluster = new(work.Lease.Caller, work.Lease.Namespace, work.Time, cancellationToken);
        View = new(work.Manifests, Cluster.State);
        History = new(work.Manifests, Tests, View, work.Settings.MaxRestarts);
        Steadiness = new(work.Time);
        Cluster.Changed = Take;
    }

    /// <summary>Whether it was opened before the kontrakt was applied.</summary>
    public bool FromTheBeginning { get; }

    public IReadOnlyList<KontraktTest> Tests { get; }

    public ClusterWatch Cluster { get; }

    public KontraktView View { get; }

    public KontraktHistory History { get; }

    public Steadiness Steadiness { get; }

    /// <exception cref="Diagnostics.KontraktException">Annotations without a possible meaning.</exception>
    public static async Task<KontraktWatch> OpenAsync(KontraktWork work, bool fromTheBeginning, CancellationToken cancellationToken)
    {
        var watch = new KontraktWatch(work, fromTheBeginning, cancellationToken);
        await watch.Cluster.AddAsync(work.Manifests, cancellationToken);
        return watch;
    }

    /// <summary>
    /// A state of an object, where it is that of one of its pods, with what the events say as well: while a pod waits for the next try of a pull, only they
    /// say why the one before failed.
    /// </summary>
    public string WithEvents(Manifest manifest, string state) =>
        View.PodsOf(manifest).FirstOrDefault(pod => PodText.State(pod) == state) is { } pod ? PodText.State(pod, Cluster.State.EventsOf(pod)) : state;

    private void Take(WatchEvent change, bool synced)
    {
        if (change.Object is { Kind: "Pod", ApiVersion: "v1" } pod)
            Steadiness.Take(pod, change.Type == WatchEventType.Deleted);
        History.Take(change, synced);
    }

    public void Dispose() => Cluster.Dispose();
}
