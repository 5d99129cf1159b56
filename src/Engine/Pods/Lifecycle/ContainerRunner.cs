using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>Runs one container: gets its image, starts it, and starts it again as its policy has it.</summary>
/// <param name="stopping">The pod ends: nothing is started any more.</param>
/// <param name="grace">The pod's, from when it ends.</param>
internal sealed class ContainerRunner(PodContext pod, ContainerDefinition container, GracePeriod grace, CancellationToken stopping)
{
    /// <summary>Another try of something that failed for a reason that nobody will tell the end of, such as a full disk.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly RestartBackoff backoff = new();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ContainerRun? current;
    private bool stopped;
    private readonly Queue<string> logs = new();

    /// <summary>Ends when it has been up for the first time: the next init container may start.</summary>
    public Task Started => started.Task;

    /// <summary>Ends when it will not be started any more.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    public void Start() => Done = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>Ends it: what runs is killed, within the pod's grace.</summary>
    public async Task StopAsync()
    {
        ContainerRun? run;
        lock (gate)
        {
            stopped = true;
            run = current;
        }
        if (run is not null)
            await KillAsync(run);
        await Done;
    }

    private async Task RunAsync()
    {
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var end = await RunOnceAsync(attempt);
                if (!Restarts(end))
                    return;
                await BackOffAsync(end);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It waited for something, and need not any more.
        }
    }

    private bool Restarts(ContainerState.Terminated end)
    {
        stopping.ThrowIfCancellationRequested();
        return container.Role == ContainerRole.Sidecar
            || (pod.Pod.RestartPolicy == "Always" && container.Role == ContainerRole.Main)
            || (pod.Pod.RestartPolicy != "Never" && end.ExitCode != 0);
    }

    private async Task BackOffAsync(ContainerState.Terminated end)
    {
        var delay = backoff.Next(end.StartedAt == DateTimeOffset.UnixEpoch ? TimeSpan.Zero : end.FinishedAt - end.StartedAt);
        if (delay == TimeSpan.Zero)
            return;
        pod.Events.Warning("BackOff", $"Back-off restarting failed container {container.Name} in pod {pod.Pod.FullName}", container.FieldPath);
        var message = $"back-off {RestartBackoff.Text(delay)} restarting failed container={container.Name} pod={pod.Pod.FullName}";
        pod.Board.Change(container, before => before.Waits("CrashLoopBackOff", message));
        await Task.Delay(delay, pod.Time, stopping);
    }

    private async Task<ContainerState.Terminated> RunOnceAsync(int attempt)
    {
        using var image = await new ImagePulls(pod, container).GetAsync(stopping);
        var start = await PrepareAsync(image, attempt);
        pod.Events.Normal("Created", $"Created container {container.Name}", container.FieldPath);
        try
        {
            return await RunAsync(start, image, attempt);
        }
        finally
        {
            start.Log.Complete();
        }
    }

    /// <summary>Of this start and the one before it; nobody can ask for another.</summary>
    private void KeepLog(string id)
    {
        logs.Enqueue(id);
        if (logs.Count > 2)
            pod.Parts.Logs.Remove(logs.Dequeue());
    }

    private async Task<PreparedContainer> PrepareAsync(ContainerImage image, int attempt)
    {
        while (true)
        {
            var changed = pod.Changed.Next;
            try
            {
                return PreparedContainer.Prepare(pod, container, image, attempt);
            }
            catch (ContainerConfigException e)
            {
                Wait("CreateContainerConfigError", e.Message);
                await changed.WaitAsync(stopping);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                Wait("CreateContainerError", e.Message);
                await Task.WhenAny(changed, Task.Delay(Retry, pod.Time, stopping));
                stopping.ThrowIfCancellationRequested();
            }
        }
    }

    private void Wait(string reason, string message)
    {
        pod.Events.Warning("Failed", $"Error: {message}", container.FieldPath);
        pod.Board.Change(container, before => before.Waits(reason, message));
    }

    private async Task<ContainerState.Terminated> RunAsync(PreparedContainer start, ContainerImage image, int attempt)
    {
        var sandbox = pod.Sandbox ?? throw new InvalidOperationException("a container needs a sandbox");
        ContainerProcess process;
        try
        {
            process = await sandbox.StartAsync(start.Spec, stopping);
        }
        catch (ContainerStartException e)
        {
            return NotStarted(start, image, attempt, e);
        }
        pod.Events.Normal("Started", $"Started container {container.Name}", container.FieldPath);
        pod.Board.Change(container, before => before with
        {
            State = new ContainerState.Running(pod.Time.GetUtcNow()),
            Last = before.State as ContainerState.Terminated ?? before.Last,
            RestartCount = attempt,
            Ready = false,
            Started = false,
            ImageId = image.Reference.ToString(),
            ContainerId = start.Id,
        });
        KeepLog(start.Id);
        await WatchAsync(process, start);
        return await EndedAsync(await process.Exit, start);
    }

    private async Task WatchAsync(ContainerProcess process, PreparedContainer start)
    {
        var run = new ContainerRun(pod, container, process, start.StopSignal);
        bool stop;
        lock (gate)
        {
            current = run;
            stop = stopped;
        }
        pod.Parts.Exec.Add(pod.Pod.Uid, container.Name, (request, cancellationToken) => process.ExecAsync(
            new() { Arguments = request.Command, Input = request.Input, Output = request.Output, Error = request.Error }, cancellationToken));
        try
        {
            var killing = stop ? KillAsync(run) : Task.CompletedTask;
            await run.WatchAsync(OnStarted, OnReady, grace.Over);
            await killing;
        }
        finally
        {
            pod.Parts.Exec.Remove(pod.Pod.Uid, container.Name);
            lock (gate)
                current = null;
        }
    }

    private Task KillAsync(ContainerRun run) => run.KillAsync($"Stopping container {container.Name}", grace.Over);

    private void OnStarted()
    {
        pod.Board.Change(container, before => before with { Started = true });
        started.TrySetResult();
    }

    private void OnReady(bool ready)
    {
        // An init container that runs is not ready: it is when it has done its work.
        if (container.Role != ContainerRole.Init && pod.Board[container].Ready != ready)
            pod.Board.Change(container, before => before.IsRunning ? before with { Ready = ready } : before);
    }

    private ContainerState.Terminated NotStarted(PreparedContainer start, ContainerImage image, int attempt, ContainerStartException e)
    {
        pod.Events.Warning("Failed", $"Error: {e.Message}", container.FieldPath);
        var end = new ContainerState.Terminated(128, "StartError", e.Message, DateTimeOffset.UnixEpoch, pod.Time.GetUtcNow(), start.Id);
        var again = container.Role == ContainerRole.Sidecar || pod.Pod.RestartPolicy != "Never";
        pod.Board.Change(container, before => before with
        {
            State = again ? new ContainerState.Waiting("RunContainerError", e.Message) : end,
            Last = again ? end : before.Last,
            RestartCount = attempt,
            Ready = false,
            Started = false,
            ImageId = image.Reference.ToString(),
            ContainerId = start.Id,
        });
        KeepLog(start.Id);
        return end;
    }

    private async Task<ContainerState.Terminated> EndedAsync(ContainerExit exit, PreparedContainer start)
    {
        start.Log.Complete();
        var reason = exit.OutOfMemory ? "OOMKilled" : exit.ExitCode == 0 ? "Completed" : "Error";
        var message = await TerminationMessage.ReadAsync(container, start.MessageFile, exit.ExitCode, start.Log, CancellationToken.None);
        var end = new ContainerState.Terminated(exit.ExitCode, reason, message, exit.StartedAt, exit.FinishedAt, start.Id);
        pod.Board.Change(container, before => before with
        {
            State = end,
            Ready = container.Role == ContainerRole.Init && exit.ExitCode == 0,
            Started = false,
        });
        return end;
    }
}
