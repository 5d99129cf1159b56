using Kontrakt.Engine.Pods.Native;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>Each start holds a thread of the pool for some milliseconds: no more of them at a time than the machine can drive.</summary>
internal static class StartQueue
{
    private static readonly SemaphoreSlim Places = new(Math.Max(2, Environment.ProcessorCount));

    /// <exception cref="ContainerStartException">It could not be started.</exception>
    public static async Task<T> RunAsync<T>(Func<T> start, CancellationToken cancellationToken)
    {
        await Places.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(start, cancellationToken);
        }
        catch (Exception exception) when (exception is SystemCallException or ContainerStartException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("the start was cancelled", exception, cancellationToken);
        }
        catch (Exception exception) when (exception is SystemCallException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ContainerStartException(StartFailure.Other, $"failed to start container: {exception.Message}", exception);
        }
        finally
        {
            Places.Release();
        }
    }
}
