using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>One probe of one container that runs.</summary>
internal sealed class ContainerProbe(ContainerDefinition container, ProbeKind kind, JsonObject definition, ProbeTarget target)
{
    /// <summary>
    /// Until a container is ready for the first time, it is asked more often than its period says, with pauses that double up to that: a kubelet may do so, too
    /// ("Configure Liveness, Readiness and Startup Probes", periodSeconds). How many failures in a row decide is of no matter before that.
    /// </summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    public ProbeSettings Settings { get; } = ProbeSettings.Read(definition);

    /// <summary>Tries until the verdict on a startup probe, or a liveness probe that has failed; a readiness probe without end.</summary>
    /// <param name="verdict">Each verdict, also one that is the same as before.</param>
    /// <param name="failed">Each try that fails, with the words for the event.</param>
    public async Task RunAsync(Action<bool> verdict, Action<string> failed, TimeProvider time, CancellationToken cancellationToken)
    {
        var counter = new ProbeCounter(Settings);
        var pause = kind == ProbeKind.Readiness ? FirstPause : Settings.Period;
        await Task.Delay(Settings.InitialDelay, time, cancellationToken);
        while (true)
        {
            var outcome = await TryAsync(time, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (!outcome.Success)
                failed($"{kind} probe {(outcome.Errored ? "errored" : "failed")}: {outcome.Message}");
            var decided = counter.Count(outcome.Success);
            if (decided is { } now)
                verdict(now);
            if ((kind == ProbeKind.Startup && decided is not null) || (kind == ProbeKind.Liveness && decided == false))
                return;
            if (outcome.Success || pause > Settings.Period)
                pause = Settings.Period;
            await Task.Delay(pause, time, cancellationToken);
            pause *= 2;
        }
    }

    private async Task<ProbeOutcome> TryAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Settings.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await TryAsync(both);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What is written in a probe, or answered to it, makes it fail, and nothing else.
            return new(false, e.Message, Errored: true);
        }
    }

    private async Task<ProbeOutcome> TryAsync(CancellationTokenSource both)
    {
        if (definition["exec"] is JsonObject exec)
            return await ExecAction.RunAsync(target.Process, KubernetesObject.Texts(exec["command"]), both.Token);
        if (definition["httpGet"] is JsonObject http)
            return await new HttpAction(target.Dialer).GetAsync(container, http, target.Address, both.Token);
        return definition["tcpSocket"] is JsonObject tcp
            ? await ConnectAsync(tcp, both.Token)
            : new(false, "missing probe handler", Errored: true);
    }

    private async Task<ProbeOutcome> ConnectAsync(JsonObject action, CancellationToken cancellationToken)
    {
        if (ContainerPorts.Find(container, action["port"]) is not { } port)
            return new(false, $"couldn't find port: {action["port"]} in container {container.Name}", Errored: true);
        var address = IPAddress.TryParse(action["host"]?.ToString(), out var named) ? named : target.Address;
        try
        {
            using var socket = await target.Dialer.ConnectAsync(new(address, port), cancellationToken);
            return ProbeOutcome.Passed;
        }
        catch (IOException e)
        {
            return new(false, e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(false, $"dial tcp {address}:{port}: i/o timeout");
        }
    }
}
