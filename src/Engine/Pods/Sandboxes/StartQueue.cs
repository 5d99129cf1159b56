using System.Diagnostics.CodeAnalysis;
using Kontrakt.Engine.Pods.Native;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>Each start holds a thread for some milliseconds: no more of them at a time than there are places.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore without a wait handle holds nothing; starts may still end after their container has.")]
internal sealed class StartQueue(int places, TimeSpan? limit = null)
{
    /// <summary>Of pods and containers: no more than the machine can drive. Nothing that runs in a pod can hold one of these up.</summary>
    public static StartQueue Machine { get; } = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>
    /// Of commands in one container: others there may stop a command before it is a program, so it has a place among the container's only, and a time.
    /// </summary>
    public static StartQueue OfContainer() => new(1, TimeSpan.FromSeconds(30));

    private readonly SemaphoreSlim queue = new(places);

    /// <param name="start">Is to end soon after its token is cancelled.</param>
    /// <exception cref="ContainerStartException">It could not be started.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> start, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (limit is { } time)
            late.CancelAfter(time);
        var hasPlace = false;
        try
        {
            await queue.WaitAsync(late.Token);
            hasPlace = true;
            // A thread of its own where it may be held up: those of the pool are for all.
            return await Task.Factory.StartNew(() => start(late.Token), late.Token, limit is null ? TaskCreationOptions.DenyChildAttach : TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception exception) when (exception is SystemCallException or ContainerStartException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("the start was cancelled", exception, cancellationToken);
        }
        catch (Exception exception) when (exception is SystemCallException or ContainerStartException or OperationCanceledException && !cancellationToken.IsCancellationRequested && late.IsCancellationRequested)
        {
            throw new ContainerStartException(StartFailure.Other, $"it did not start within {limit?.TotalSeconds} s; a process of the container may have stopped it", exception);
        }
        catch (Exception exception) when (exception is SystemCallException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ContainerStartException(StartFailure.Other, $"failed to start container: {exception.Message}", exception);
        }
        finally
        {
            if (hasPlace)
                queue.Release();
        }
    }
}
