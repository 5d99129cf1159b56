using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>
/// One watch for each kind of a namespace, in each version that is asked for, all feeding one <see cref="ClusterState"/>. What the watches bring is applied
/// in <see cref="NextAsync"/>, on its caller, so the state needs no lock.
/// </summary>
internal sealed class ClusterWatch : IDisposable
{
    private readonly ClusterClient _client;
    private readonly string _namespace;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<(ApiResource Resource, WatchEvent Change)> _changes = Channel.CreateUnbounded<(ApiResource, WatchEvent)>(new() { SingleReader = true });
    private readonly Dictionary<GroupVersionKind, bool> _synced = [];
    private readonly ConcurrentDictionary<GroupVersionKind, KubernetesException> _refused = [];
    private readonly List<Task> _pumps = [];

    public ClusterWatch(ClusterClient client, string ns, TimeProvider time, CancellationToken cancellationToken)
    {
        (_client, _namespace, _time) = (client, ns, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    public ClusterState State { get; } = new();

    /// <summary>
    /// Called for each change, in the order in which they came, once the state has it; and with the state of being synced after it. Of a kind in several
    /// versions, those of the first.
    /// </summary>
    public Action<WatchEvent, bool>? Changed { get; set; }

    /// <summary>Whether every watched kind has reported what exists.</summary>
    public bool Synced => _synced.Values.All(synced => synced);

    /// <summary>Watches a kind; once, however often it is asked for.</summary>
    /// <param name="optional">Whether a refusal (403, 404, 405) is borne, as for events, which only explain; see <see cref="Refusal"/>.</param>
    public void Add(ApiResource resource, bool optional = false)
    {
        if (!_synced.TryAdd(resource.Kind, false))
            return;
        State.Begin(resource.Kind);
        _pumps.Add(PumpAsync(resource, optional));
    }

    /// <summary>Why an optional kind is not watched; null where it is, or is not synced yet.</summary>
    public KubernetesException? Refusal(GroupVersionKind kind) => _refused.GetValueOrDefault(kind);

    /// <summary>Watches what reports a kontrakt's state: pods and events always; the kinds of its manifests that can be waited for; and what is between them and their pods.</summary>
    public async Task AddAsync(KontraktManifests manifests, CancellationToken cancellationToken)
    {
        Add(ApiResource.Pods);
        Add(ApiResource.Events, optional: true);
        foreach (var kind in KindsOf(manifests))
        {
            if (await _client.FindResourceAsync(kind, cancellationToken) is { } resource && (resource.Verbs.Count == 0 || resource.Verbs.Contains("watch")))
                Add(resource);
        }
    }

    /// <summary>The kinds that are watched for these manifests, beside pods and events.</summary>
    public static IReadOnlySet<GroupVersionKind> KindsOf(KontraktManifests manifests)
    {
        var kinds = manifests.Objects.Select(manifest => manifest.Object.GroupVersionKind).Where(Readiness.Matters).ToHashSet();
        // Custom kinds with a pod template (Rollout) mostly make their pods so as well.
        if (kinds.Any(kind => kind.Kind == "Deployment") || manifests.PodTemplates.Any(template => Readiness.IsCustom(template.Manifest.Object.GroupVersionKind)))
            kinds.Add(new("apps", "v1", "ReplicaSet"));
        if (kinds.Any(kind => kind.Kind == "CronJob"))
            kinds.Add(new("batch", "v1", "Job"));
        return kinds;
    }

    /// <summary>Waits for a change, at most for <paramref name="timeout"/>, and applies all that have come.</summary>
    /// <exception cref="KubernetesException">A watch was refused, or the server stayed away.</exception>
    public async Task NextAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout > TimeSpan.Zero)
            await WaitAsync(timeout, cancellationToken);
        while (_changes.Reader.TryRead(out var next))
        {
            if (next.Change.Type == WatchEventType.Synced)
                _synced[next.Resource.Kind] = true;
            else
                State.Apply(next.Resource.Kind, next.Change);
            if (next.Change.Type == WatchEventType.Synced || State.IsFirst(next.Resource.Kind))
                Changed?.Invoke(next.Change, Synced);
        }
        if (_changes.Reader.Completion.IsFaulted)
            await _changes.Reader.Completion;
    }

    /// <summary>Stops the watches. They end by themselves and report to nobody: a verdict does not wait for connections to close.</summary>
    public void Dispose() => _ = StopAsync();

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_pumps);
        _stop.Dispose();
    }

    private async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var change = _changes.Reader.WaitToReadAsync(limit.Token).AsTask();
        var time = Task.Delay(timeout, _time, limit.Token);
        await Task.WhenAny(change, time);
        await limit.CancelAsync();
        // Both are ended by now or by the cancellation; a watch's failure comes out of the channel, not out of here.
        await Task.WhenAll(change, time).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task PumpAsync(ApiResource resource, bool optional)
    {
        try
        {
            var options = new ListOptions(resource.Namespaced ? _namespace : null);
            await foreach (var change in _client.WatchAsync(resource, options, _stop.Token))
                _changes.Writer.TryWrite((resource, change));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The reader has gone.
        }
        catch (KubernetesException e) when (optional && e.Code is (HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
        {
            _refused[resource.Kind] = e;
            _changes.Writer.TryWrite((resource, new(WatchEventType.Synced, null)));
        }
        catch (Exception e)
        {
            // Handed on: NextAsync throws it on its caller.
            _changes.Writer.TryComplete(e);
        }
    }
}
