using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Engine.Pods.Network.Services;

/// <summary>All connections to services: how many there may be, and their common end.</summary>
internal sealed class ServiceTraffic(ILogger logger, int limit = ServiceTraffic.Limit, int limitOfOne = ServiceTraffic.LimitOfOne) : IAsyncDisposable
{
    /// <summary>Each takes two file descriptors, which the whole engine shares.</summary>
    private const int Limit = 8192;
    /// <summary>Of one pod.</summary>
    private const int LimitOfOne = 2048;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly SourceLimit sources = new(limitOfOne);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    /// <summary>One for the whole, which ends with <see cref="DisposeAsync"/>.</summary>
    private int running = 1;

    internal CancellationToken Stopped => stop.Token;

    /// <summary>Runs it until it ends by itself or is stopped.</summary>
    /// <returns>False: there are too many, it was not begun.</returns>
    internal bool TryRun(Func<Task> connection)
    {
        if (Interlocked.Increment(ref running) <= limit + 1)
        {
            _ = RunAsync(connection);
            return true;
        }
        Ended();
        if (logger.IsEnabled(LogLevel.Warning))
            logger.LogWarning("a connection to a service was refused: there are {Limit}, and the embedded engine carries no more at a time", limit);
        return false;
    }

    /// <summary>Accepts connections until the listener is closed or all is stopped.</summary>
    internal async Task AcceptAsync(Socket listener, Func<Socket, Task> serve)
    {
        while (true)
            try
            {
                var client = await listener.AcceptAsync(stop.Token);
                var source = SourceLimit.SourceOf(client.RemoteEndPoint);
                if (!sources.TryEnter(source))
                {
                    TcpRelay.Reset(client);
                    if (logger.IsEnabled(LogLevel.Warning))
                        logger.LogWarning("a connection of {Source} to a service was refused: it has {Limit} already", source, limitOfOne);
                }
                else if (!TryRun(() => ServeAsync(client, source, serve)))
                {
                    sources.Leave(source);
                    TcpRelay.Reset(client);
                }
            }
            catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException failed)
            {
                await PauseAsync(failed);
            }
    }

    private async Task ServeAsync(Socket client, IPAddress source, Func<Socket, Task> serve)
    {
        try
        {
            await serve(client);
        }
        finally
        {
            sources.Leave(source);
        }
    }

    /// <summary>Something passing keeps connections from being accepted (file descriptors have run out, above all).</summary>
    internal async Task PauseAsync(SocketException why)
    {
        if (logger.IsEnabled(LogLevel.Warning))
            logger.LogWarning("a connection to a service could not be accepted: {Reason}", why.Message);
        await Task.Delay(Pause, CancellationToken.None);
    }

    internal void Refused(IPEndPoint endpoint, Exception why)
    {
        if (logger.IsEnabled(LogLevel.Debug))
            logger.LogDebug("endpoint {Endpoint} does not answer: {Reason}", endpoint, why.Message);
    }

    /// <summary>Breaks all connections, and waits until they are closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
            return;
        await stop.CancelAsync();
        Ended();
        await ended.Task;
    }

    private async Task RunAsync(Func<Task> connection)
    {
        try
        {
            await Task.Yield();
            await connection();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        // One connection's bad luck is not the others'.
        catch (Exception failure)
        {
            logger.LogError(failure, "a connection to a service failed");
        }
        finally
        {
            Ended();
        }
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref running) == 0)
            ended.SetResult();
    }
}
