using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Probes;
using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>A container while it runs: its hooks, its probes, and how it is ended.</summary>
internal sealed class ContainerRun(PodContext pod, ContainerDefinition container, ContainerProcess process, int stopSignal)
{
    /// <summary>What is left for SIGTERM when the preStop hook has used up the grace period, as the kubelet has it.</summary>
    private static readonly TimeSpan AfterHook = TimeSpan.FromSeconds(2);

    private readonly ProbeTarget target = new(process, pod.Address, pod.Dialer);
    private int killed;

    /// <summary>Runs the postStart hook and the probes until the container ends.</summary>
    /// <param name="started">The startup probe, if any, has succeeded.</param>
    /// <param name="ready">What the readiness probe says.</param>
    /// <param name="podGrace">Ends early what a failed probe would wait for.</param>
    public async Task WatchAsync(Action started, Action<bool> ready, CancellationToken podGrace)
    {
        using var ended = new CancellationTokenSource();
        using var measured = pod.Parts.Usages?.Register(pod.Pod.Uid, container.Name, process.Measure);
        var watching = Task.WhenAll(PostStartAsync(podGrace, ended.Token), ProbeAsync(started, ready, podGrace, ended.Token));
        await process.Exit;
        await ended.CancelAsync();
        try
        {
            await watching;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The container has ended, and its probes with it.
        }
    }

    /// <summary>Ends the container: preStop hook, its stop signal, and SIGKILL when the grace is over. Returns when it has ended.</summary>
    public async Task KillAsync(string why, CancellationToken graceOver)
    {
        if (Interlocked.Exchange(ref killed, 1) == 0)
        {
            pod.Events.Normal("Killing", why, container.FieldPath);
            var hook = container.At("lifecycle", "preStop") as JsonObject;
            if (hook is not null && !graceOver.IsCancellationRequested)
                await PreStopAsync(hook, graceOver);
            process.Signal(stopSignal);
            if (hook is not null && graceOver.IsCancellationRequested)
                await Task.WhenAny(process.Exit, Task.Delay(AfterHook, pod.Time, CancellationToken.None));
        }
        if (!await EndsAsync(graceOver))
            process.Signal(StopSignals.Kill);
        await process.Exit;
    }

    private async Task<bool> EndsAsync(CancellationToken graceOver)
    {
        try
        {
            await process.Exit.WaitAsync(graceOver);
            return true;
        }
        catch (OperationCanceledException)
        {
            return process.Exit.IsCompleted;
        }
    }

    private async Task PreStopAsync(JsonObject hook, CancellationToken graceOver)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(graceOver);
        var running = LifecycleHook.RunAsync(container, hook, target, pod.Time, limit.Token);
        await Task.WhenAny(running, process.Exit);
        await limit.CancelAsync();
        if (await running is { Success: false } && !process.Exit.IsCompleted)
            pod.Events.Warning("FailedPreStopHook", "PreStopHook failed", container.FieldPath);
    }

    private async Task PostStartAsync(CancellationToken podGrace, CancellationToken ended)
    {
        if (container.At("lifecycle", "postStart") is not JsonObject hook)
            return;
        var outcome = await LifecycleHook.RunAsync(container, hook, target, pod.Time, ended);
        if (outcome.Success || ended.IsCancellationRequested)
            return;
        pod.Events.Warning("FailedPostStartHook", "PostStartHook failed", container.FieldPath);
        await KillAsync("FailedPostStartHook", pod.Pod.GracePeriodSeconds, podGrace);
    }

    private async Task ProbeAsync(Action started, Action<bool> ready, CancellationToken podGrace, CancellationToken ended)
    {
        if (Probe(ProbeKind.Startup, "startupProbe") is { } startup)
        {
            var passed = false;
            await RunAsync(startup, verdict => passed = verdict, ended);
            if (!passed)
            {
                await KillAsync($"Container {container.Name} failed startup probe, will be restarted", GraceOf("startupProbe"), podGrace);
                return;
            }
        }
        started();
        var readiness = Probe(ProbeKind.Readiness, "readinessProbe");
        if (readiness is null)
            ready(true);
        await Task.WhenAll(readiness is null ? Task.CompletedTask : RunAsync(readiness, ready, ended), LivenessAsync(podGrace, ended));
    }

    private async Task LivenessAsync(CancellationToken podGrace, CancellationToken ended)
    {
        if (Probe(ProbeKind.Liveness, "livenessProbe") is not { } liveness)
            return;
        await RunAsync(liveness, _ => { }, ended);
        await KillAsync($"Container {container.Name} failed liveness probe, will be restarted", GraceOf("livenessProbe"), podGrace);
    }

    private Task RunAsync(ContainerProbe probe, Action<bool> verdict, CancellationToken ended) =>
        probe.RunAsync(verdict, message => pod.Events.Warning("Unhealthy", message, container.FieldPath), pod.Time, ended);

    private ContainerProbe? Probe(ProbeKind kind, string field) =>
        container.At(field) is JsonObject definition ? new(container, kind, definition, target) : null;

    private long GraceOf(string probe) => KubernetesObject.Number(container.At(probe, "terminationGracePeriodSeconds"), pod.Pod.GracePeriodSeconds);

    private async Task KillAsync(string why, long graceSeconds, CancellationToken podGrace)
    {
        using var own = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Clamp(graceSeconds, 0, int.MaxValue / 1000)), pod.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(own.Token, podGrace);
        await KillAsync(why, both.Token);
    }
}
