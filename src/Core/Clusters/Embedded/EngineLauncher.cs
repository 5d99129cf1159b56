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

    /// <exception cref="KontraktException">KTR6001: it does not start; KTR6002: one runs and does not answer.</exception>
    public async Task<EngineHandshake> EnsureAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } running)
            return running;
        folder.Create();
        await using var mine = await FileLock.AcquireAsync(folder.StartLock, cancellationToken);
        // Whoever held the lock may have started one.
        if (await FindAsync(cancellationToken) is { } started)
            return started;
        if (program is null)
            throw Ktr.EngineFailed.Error(null, "nothing says where its program is: KontraktEngineProgram is not set");
        var clock = Stopwatch.StartNew();
        await EngineProcess.StartAsync(folder, program, StartTime, cancellationToken);
        var handshake = await FindAsync(cancellationToken)
            ?? throw Ktr.EngineFailed.Error(null, $"it said that it was ready and cannot be found; see its log '{folder.Log}'");
        log.Report(new RunEvent.Detail($"embedded engine: started in {clock.Elapsed.TotalSeconds:0.0} s (process {handshake.Pid})"));
        return handshake;
    }

    /// <summary>Ends the engine, with all that runs on it; false where none ran.</summary>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        if (EngineHandshake.Read(folder) is not { } handshake || !EngineProcess.IsRunning(handshake.Pid))
            return false;
        using var client = new KubernetesClient(handshake.Connection, new ClientOptions { RetryBudget = TimeSpan.Zero, RequestTimeout = AnswerTime });
        try
        {
            // An engine without its node has nothing left to do.
            await client.DeleteAsync(new(ApiResource.Core("Node", "nodes", namespaced: false), null, EngineHandshake.Node), new(), cancellationToken);
            await EngineProcess.WaitForEndAsync(handshake.Pid, StopTime, cancellationToken);
        }
        catch (KubernetesException e)
        {
            log.Report(new RunEvent.Detail($"embedded engine: process {handshake.Pid} is killed, for it does not take the request to stop: {e.Message}"));
        }
        EngineProcess.Kill(handshake.Pid);
        return true;
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
        catch (KubernetesException e) when (!EngineProcess.IsRunning(handshake.Pid) || e.IsConnectionFailure || e.IsTrustFailure || e.Code == System.Net.HttpStatusCode.Unauthorized)
        {
            // What is left of an engine that ended without a word; or its port is somebody else's by now.
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Ktr.EngineSilent.Error(null, handshake.Pid, $"{AnswerTime.TotalSeconds:0} s");
        }
    }
}
