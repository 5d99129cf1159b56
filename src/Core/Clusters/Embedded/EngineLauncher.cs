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
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(10);

    /// <exception cref="KontraktException">KTR6001: it does not start; KTR6002: one runs and does not answer.</exception>
    public async Task<EngineHandshake> EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            folder.Create();
            if (await FindAsync(cancellationToken) is { } running)
                return SameVersion(running);
            await using var mine = await FileLock.AcquireAsync(folder.StartLock, cancellationToken);
            // Whoever held the lock may have started one.
            return await FindAsync(cancellationToken) is { } started ? SameVersion(started) : await StartAsync(cancellationToken);
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
        await EngineProcess.StartAsync(folder, program, StartTime, cancellationToken);
        var handshake = await FindAsync(cancellationToken)
            ?? throw Ktr.EngineFailed.Error(null, $"it said that it was ready and cannot be found; see its log '{folder.Log}'");
        log.Report(new RunEvent.Detail($"embedded engine: started in {clock.Elapsed.TotalSeconds:0.0} s (process {handshake.Pid})"));
        foreach (var restriction in handshake.Restrictions)
            log.Report(new RunEvent.Progress($"embedded engine: {restriction}"));
        return handshake;
    }

    private EngineHandshake SameVersion(EngineHandshake running) => running.Version == EngineFolder.Version ? running
        : throw Ktr.EngineFailed.Error(null, $"version {running.Version} of it runs in '{folder.Path}', and this is {EngineFolder.Version}; end that one (kontrakt engine stop), or set KontraktEngineDirectory to another folder");

    /// <summary>Ends the engine, with all that runs on it; false where none ran.</summary>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        if (EngineHandshake.Read(folder) is not { } handshake)
            return false;
        using var process = RunningEngine.Find(handshake);
        using var client = new KubernetesClient(handshake.Connection, new ClientOptions { RetryBudget = TimeSpan.Zero, RequestTimeout = AnswerTime });
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
        using var client = new KubernetesClient(handshake.Connection, new ClientOptions { RetryBudget = TimeSpan.Zero });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTime);
        try
        {
            await client.GetVersionAsync(limit.Token);
            return handshake;
        }
        catch (KubernetesException)
        {
            // What is left of an engine that ended without a word; its port may be somebody else's by now.
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            using var process = RunningEngine.Find(handshake);
            if (process is null)
                return null;
            throw Ktr.EngineSilent.Error(null, handshake.Pid, $"{AnswerTime.TotalSeconds:0} s");
        }
    }
}
