using System.Runtime.InteropServices;

namespace Kontrakt.Tasks;

/// <summary>
/// SIGTERM, as CI systems end a build. MSBuild cancels no task then: its process ends, with exit code 0, as soon as the handlers have returned.
/// So a handler is active while our tasks run: it cancels them all, stays until each has cleaned up, and ends the process with 143 (128 + 15) unless the failed build
/// ends it first, with 1. Where a build's tasks all run on worker nodes there is no handler in the process that gets the signal: it ends at once with 0,
/// and MSBuild cancels the tasks of a node whose connection is lost.
/// </summary>
internal static class BuildTermination
{
    private const int ExitCode = 143;

    private static readonly Lock Gate = new();
    private static readonly HashSet<Guard> Guards = [];
    private static PosixSignalRegistration? registration;

    /// <summary>What was logged last is still on its way to the loggers when the tasks have ended.</summary>
    private static readonly TimeSpan ForLoggers = TimeSpan.FromMilliseconds(500);

    /// <summary>Cancels <paramref name="cancellation"/> on SIGTERM; the process then waits until the guard is disposed.</summary>
    public static Guard Watch(CancellationTokenSource cancellation)
    {
        lock (Gate)
        {
            registration ??= PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Terminate());
            var guard = new Guard(cancellation);
            Guards.Add(guard);
            return guard;
        }
    }

    private static void Terminate()
    {
        Guard[] running;
        lock (Gate)
            running = [.. Guards];
        if (running.Length == 0)
            return;
        foreach (var guard in running)
            guard.Terminate();
        foreach (var guard in running)
            guard.WaitUntilDisposed();
        Thread.Sleep(ForLoggers);
        Environment.Exit(ExitCode);
    }

    internal sealed class Guard(CancellationTokenSource cancellation) : IDisposable
    {
        private readonly TaskCompletionSource disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool terminated;

        /// <summary>Whether SIGTERM was the reason.</summary>
        public bool Terminated => terminated;

        public void Terminate()
        {
            terminated = true;
            cancellation.Cancel();
        }

        public void WaitUntilDisposed() => disposed.Task.Wait();

        public void Dispose()
        {
            lock (Gate)
            {
                Guards.Remove(this);
                if (Guards.Count == 0)
                {
                    registration?.Dispose();
                    registration = null;
                }
            }
            disposed.SetResult();
        }
    }
}
