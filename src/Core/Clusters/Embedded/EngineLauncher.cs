using System.Diagnostics;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Embedded;

/// <summary>Finds the embedded engine of this user, or starts it. Two that ask at the same moment get the same one.</summary>
/// <param name="program">kontrakt.dll; needed only where one has to be started.</param>
public sealed class EngineLauncher(EngineFolder folder, string? program, IRunLog log)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    /// <summary>On a machine that does much else, everything takes its time. A process that has ended, or does not work, is not waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(10);

    /// <exception cref="KontraktException">KTR6001: it does not start; KTR6002: one runs and does not answer.</exception>
    public async Task<EngineHandshake> EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            folder.Create();
            if (await FindAsync(cancellationToken) is { } running)
                return Known(running);
            await using var mine = await FileLock.AcquireAsync(folder.StartLock, cancellationToken);
            // Whoever held the lock may have started one.
            return await FindAsync(cancellationToken) is { } started ? Known(started) : await StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Ktr.EngineFailed.Error(e, null, $"its folder '{folder.Path}' cannot be used ({e.Message.TrimEnd('.')}); KontraktEngineDirectory names another one");
        }
    }

    private async Task<EngineHandshake> StartAsync(CancellationToken cancellationToken)
    {
        if (program is null)
            throw Ktr.EngineFailed.Error(null, "nothing says where its program is: KontraktEngineProgram is not set");
        var clock = Stopwatch.StartNew();
        await EngineProcess.StartAsync(folder, program, Patience, log, cancellationToken);
        var handshake = await FindAsync(cancellationToken)
            ?? throw Ktr.EngineFailed.Error(null, $"it said that it was ready and cannot be found; see its log '{folder.Log}'");
        log.Report(new RunEvent.Detail($"embedded engine: started in {clock.Elapsed.TotalSeconds:0.0} s (process {handshake.Pid})"));
        foreach (var restriction in handshake.Restrictions)
            log.Report(new RunEvent.Progress($"embedded engine: {restriction}"));
        return Known(handshake);
    }

    private EngineHandshake Known(EngineHandshake running)
    {
        var connection = RunningEngine.IsThere(SameVersion(running))
            ? running.Connection with { Ended = () => RunningEngine.IsThere(running) ? null : $"process {running.Pid} has ended; its log is '{folder.Log}'" }
            // Of another PID namespace: nothing can be known of its process.
            : running.Connection;
        return running with { Connection = connection };
    }

    private EngineHandshake SameVersion(EngineHandshake running) => running.Version == EngineFolder.Version ? running
        : throw Ktr.EngineFailed.Error(null, $"version {running.Version} of it runs in '{folder.Path}', and this is {EngineFolder.Version}; end that one (kontrakt engine stop), or set KontraktEngineDirectory to another folder");

    /// <summary>Ends the engine, with all that runs on it; false where none ran.</summary>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        if (EngineHandshake.Read(folder) is not { } handshake)
            return false;
        using var process = RunningEngine.Find(handshake);
        using var client = new ClusterClient(handshake.Connection, new ClientOptions { RetryBudget = TimeSpan.Zero, RequestTimeout = AnswerTime });
        try
        {
            // An engine without its node has nothing left to do.
            await client.DeleteAsync(new(ApiResource.Core("Node", "nodes", namespaced: false), null, EngineHandshake.Node), new(), cancellationToken);
        }
        catch (KubernetesException) when (process is null)
        {
            return false;
        }
        catch (KubernetesException e)
        {
            log.Report(new RunEvent.Detail($"embedded engine: process {handshake.Pid} is killed, for it does not take the request to stop: {e.Message}"));
            process?.Kill();
        }
        if (process is not null)
            await EndAsync(process, cancellationToken);
        // Who is killed leaves it.
        if (EngineHandshake.Read(folder)?.Pid == handshake.Pid)
            File.Delete(folder.Handshake);
        return true;
    }

    private static async Task EndAsync(RunningEngine process, CancellationToken cancellationToken)
    {
        await process.WaitForEndAsync(StopTime, cancellationToken);
        process.Kill();
        await process.WaitForEndAsync(KillTime, cancellationToken);
    }

    /// <summary>The engine that runs; null where none does.</summary>
    /// <exception cref="KontraktException">KTR6002: one runs and does not answer.</exception>
    public async Task<EngineHandshake?> FindAsync(CancellationToken cancellationToken)
    {
        if (EngineHandshake.Read(folder) is not { } handshake)
            return null;
        using var process = RunningEngine.Find(handshake);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var known = handshake.Connection with { Ended = () => process is null || !RunningEngine.IsThere(handshake) ? "" : null };
        using var client = new ClusterClient(known, new ClientOptions { RetryBudget = Patience, RequestTimeout = Patience });
        var answer = client.GetVersionAsync(limit.Token);
        try
        {
            await WaitAsync(answer, handshake, process, cancellationToken);
            await answer;
            return handshake;
        }
        catch (KubernetesException) when (process is null || !RunningEngine.IsThere(handshake))
        {
            // What is left of an engine that ended without a word; its port may be somebody else's by now.
            return null;
        }
        catch (KubernetesException e)
        {
            throw Ktr.EngineFailed.Error(e, null, $"process {handshake.Pid} runs in '{folder.Path}' and refuses what it is asked ({e.Message.TrimEnd('.')}); end it (kontrakt engine stop)");
        }
        catch (TimeoutException) when (process is null || !RunningEngine.IsThere(handshake))
        {
            return null;
        }
        catch (TimeoutException e)
        {
            throw Ktr.EngineSilent.Error(null, handshake.Pid, e.Message, process?.IsAtWork() == true ? "it is still at work" : "it does not work");
        }
        finally
        {
            await limit.CancelAsync();
            await answer.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Waits longer for a process that lives and makes progress.</summary>
    /// <exception cref="TimeoutException">It says how long it was waited for.</exception>
    private async Task WaitAsync(Task answer, EngineHandshake handshake, RunningEngine? process, CancellationToken cancellationToken)
    {
        for (var waited = AnswerTime; await Task.WhenAny(answer, Task.Delay(AnswerTime, cancellationToken)) != answer; waited += AnswerTime)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (process is null || waited >= Patience || !process.IsAtWork())
                throw new TimeoutException($"{waited.TotalSeconds:0} s");
            log.Report(new RunEvent.Progress($"embedded engine: no answer from process {handshake.Pid} within {waited.TotalSeconds:0} s, but it is at work; it is waited for up to {Patience.TotalSeconds:0} s"));
        }
    }
}
