using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Pods.Storage;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>The whole life of one pod on the node. Whatever goes wrong here is this pod's alone.</summary>
internal sealed class PodWorker : IDisposable
{
    /// <summary>The kubelet's, for what it evicts.</summary>
    private static readonly TimeSpan Immediately = TimeSpan.FromSeconds(1);
    private readonly PodContext pod;
    private readonly CancellationTokenSource stopping = new();
    private readonly GracePeriod grace;
    private readonly TaskCompletionSource removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource deleting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private PodStop stop;
    private string? eviction;

    public PodWorker(PodContext pod)
    {
        (this.pod, grace) = (pod, new(pod.Time));
        References = PodReferences.Of(pod.Pod);
    }

    /// <summary>ConfigMaps and Secrets whose changes must be reported.</summary>
    public IReadOnlySet<(ResourceKind Kind, string Name)> References { get; }

    public PodDefinition Pod => pod.Pod;

    /// <summary>Ends when nothing of the pod is left on the node. Never fails.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    /// <param name="now">The pod as it is.</param>
    public void Start(StoredObject now)
    {
        Done = Task.Run(RunAsync);
        Update(now);
    }

    /// <summary>The pod has changed.</summary>
    public void Update(StoredObject now)
    {
        if (now.IsBeingDeleted)
        {
            Stop(PodStop.Deleted, Seconds(KubernetesObject.Number(now.View.At("metadata", "deletionGracePeriodSeconds"))));
            deleting.TrySetResult();
        }
        pod.Changed.Raise();
    }

    /// <summary>Something that it refers to has changed.</summary>
    public void ReferencesChanged() => pod.Changed.Raise();

    /// <summary>It has taken more than it may: it has failed, and its containers end at once.</summary>
    public void Evict(string why)
    {
        lock (gate)
            eviction ??= why;
        pod.Events.Warning("Evicted", why);
        pod.Board.Explain("Evicted", why);
        Stop(PodStop.Evicted, Immediately);
    }

    /// <summary>The pod is gone from the API.</summary>
    public void Removed()
    {
        Stop(PodStop.Deleted, TimeSpan.Zero);
        removed.TrySetResult();
    }

    public void EndWithEngine()
    {
        Stop(PodStop.EngineEnds, TimeSpan.Zero);
        removed.TrySetResult();
    }

    public void Dispose() => grace.Dispose();

    private void Stop(PodStop why, TimeSpan within)
    {
        lock (gate)
        {
            // A deletion is more than a deadline: the pod is not only to end but to go.
            if (why > stop)
                stop = why;
        }
        grace.EndAfter(within);
        // Whoever reports the end does not run what follows from it.
        _ = stopping.CancelAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            await LiveAsync();
            await Task.WhenAny(deleting.Task, removed.Task);
            if (!removed.Task.IsCompleted)
                Delete();
        }
        catch (Exception e)
        {
            // Nothing that one pod meets may end the process that all others live in.
            pod.Events.Warning("InternalError", $"the engine could not end this pod: {e.Message}");
        }
        await removed.Task;
        CleanUp();
    }

    private async Task LiveAsync()
    {
        try
        {
            pod.Board.Publish();
            if (UnsupportedFeatures.Of(Pod) is { Count: > 0 } unsupported)
            {
                Fail("Unsupported", $"{string.Join("; ", unsupported)}. {UnsupportedFeatures.WayOut}");
                return;
            }
            await WorkAsync();
        }
        catch (Exception e)
        {
            Fail("InternalError", $"the engine could not continue with this pod: {e.Message}");
        }
    }

    private async Task WorkAsync()
    {
        var stored = new StoredPod(Pod, pod.Directory, pod.Claims, pod.Time);
        pod.Storage.Add(stored, Evict);
        try
        {
            await WorkAsync(stored);
        }
        finally
        {
            pod.Storage.Freed(stored);
        }
    }

    private async Task WorkAsync(StoredPod stored)
    {
        using var deadline = Deadline();
        var refreshing = Task.CompletedTask;
        PodContainers? containers = null;
        var setup = new PodSetup(pod);
        try
        {
            var made = await setup.MakeAsync(stopping.Token);
            refreshing = new VolumeRefresh(pod).RunAsync(stopping.Token);
            containers = new PodContainers(made, grace, stopping.Token);
            await containers.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It is asked to end.
        }
        finally
        {
            grace.EndAfter(Seconds(Pod.GracePeriodSeconds));
            // Also when it has done its work: a sidecar that waits for its next start need not.
            await stopping.CancelAsync();
            await refreshing;
            if (containers is not null)
                await containers.StopAsync();
            if (stop == PodStop.DeadlineExceeded && pod.Board.Phase != "Succeeded")
                pod.Board.Fail("DeadlineExceeded", OutOfTime);
            pod.Storage.Remove(stored);
            if (eviction is not null && pod.Board.Phase != "Succeeded")
                pod.Board.Fail("Evicted", eviction);
            await setup.DisposeAsync();
            pod.Volumes.Dispose();
            // Nothing reads them any more, and the pod's object may stay for long.
            foreach (var folder in (string[])["volumes", "messages", "etc"])
                Delete(Path.Combine(pod.Directory, folder));
        }
    }

    private const string OutOfTime = "Pod was active on the node longer than the specified deadline";

    private ITimer? Deadline()
    {
        var seconds = KubernetesObject.Number(Pod.View.At("spec", "activeDeadlineSeconds"), -1);
        return seconds < 0 ? null : pod.Time.CreateTimer(_ =>
        {
            pod.Events.Normal("DeadlineExceeded", OutOfTime);
            pod.Board.Explain("DeadlineExceeded", OutOfTime);
            Stop(PodStop.DeadlineExceeded, Seconds(Pod.GracePeriodSeconds));
        }, null, Seconds(seconds), Timeout.InfiniteTimeSpan);
    }

    /// <summary>As long as timers can wait, at most.</summary>
    private static TimeSpan Seconds(long seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue / 1000));

    private void Fail(string reason, string message)
    {
        pod.Events.Warning(reason, message);
        pod.Board.Fail(reason, message);
    }

    /// <summary>The last word about a pod that was to be deleted: it has ended.</summary>
    private void Delete()
    {
        try
        {
            pod.Parts.Objects.Delete(Pod.Key, new(GracePeriodSeconds: 0, Uid: Pod.Uid));
        }
        catch (StatusException e) when (e.Code is 404 or 409)
        {
            // It has been deleted by force meanwhile.
        }
    }

    private void CleanUp()
    {
        pod.Parts.Logs.RemoveAll(Path.Combine(pod.Directory, "logs"));
        Delete(pod.Directory);
        Delete(pod.Volumes.MemoryDirectory);
    }

    private static void Delete(string folder)
    {
        try
        {
            FolderTree.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start of the engine clears the folder of all pods.
        }
    }
}
