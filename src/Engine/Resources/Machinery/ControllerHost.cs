using System.Net;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// Runs the controllers. One watch serves them all: with one for each kind and controller, every write would wake dozens of readers.
/// </summary>
public sealed class ControllerHost : IDisposable
{
    private readonly ClusterObjects objects;
    private readonly ControllerSettings settings;
    private readonly ILogger log;
    private readonly IReadOnlyList<ReconcileLoop> loops;

    public ControllerHost(ClusterObjects objects, ControllerSettings settings, ILogger log)
    {
        (this.objects, this.settings, this.log) = (objects, settings, log);
        IReconciler[] all =
        [
            .. ServedKinds.All.Select(kind => kind.Controller).OfType<Func<ClusterObjects, IReconciler>>().Select(make => make(objects)),
            new AccountController(objects, settings.RootCertificate),
            new GarbageCollector(objects),
            new AutoscalingController(objects, new(settings.Usages)),
        ];
        loops = [.. all.Select(each => new ReconcileLoop(each, objects.Time, log))];
    }

    /// <summary>Makes what every cluster has, before the first await; then runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        FirstObjects.Ensure(objects, settings.Api);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> tasks = [WatchAsync(failed.Token), .. loops.Select(loop => Task.Run(() => loop.RunAsync(failed.Token), failed.Token))];
        await Task.WhenAny(tasks);
        await failed.CancelAsync(); // None ends by itself but by a bug; then that is what is thrown.
        await Task.WhenAll(tasks);
    }

    public void Dispose()
    {
        foreach (var loop in loops)
            loop.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                await foreach (var change in objects.Store.WatchAsync(null, null, ShowAll(), cancellationToken))
                    Show(change);
            }
            catch (StatusException e) when (e.Code == 410)
            {
                log.LogWarning("controllers lagged too far behind and look at everything again: {Message}", e.Message);
            }
        }
    }

    /// <summary>Every object, as if it had just been added.</summary>
    /// <returns>A revision from which nothing is missed; some of it may be shown twice.</returns>
    private long ShowAll()
    {
        var revision = objects.Store.Revision;
        foreach (var item in ServedKinds.ResourcesIn(objects.Store).SelectMany(kind => objects.Store.List(kind).Items))
            Show(new(ChangeType.Added, item, null));
        return revision;
    }

    private void Show(StoreEvent change)
    {
        foreach (var loop in loops)
            loop.Observe(change);
    }
}

/// <summary>What controllers have to know about the rest of the engine.</summary>
/// <param name="RootCertificate">PEM of the authority that the API's certificate comes from: the ConfigMap kube-root-ca.crt of each namespace.</param>
/// <param name="Api">Where the API listens for pods: the endpoints of the Service "kubernetes".</param>
/// <param name="Usages">What the containers of the node use.</param>
public sealed record ControllerSettings(string RootCertificate, IPEndPoint Api, PodUsages Usages);
