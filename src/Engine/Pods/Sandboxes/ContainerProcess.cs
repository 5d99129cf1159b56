using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Sandboxes.Limits;
using static Kontrakt.Engine.Pods.Native.CallNumbers;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>A container that has been started. Its first process is PID 1 of its own: all others end with it.</summary>
public sealed class ContainerProcess
{
    private readonly ContainerStart start;
    private readonly ChildHandle first;
    private readonly StandardStreams streams;
    private readonly ContainerCgroup cgroup;
    private readonly StartQueue commands = StartQueue.OfContainer();
    private readonly Lock signalling = new();
    private readonly DateTimeOffset startedAt = DateTimeOffset.UtcNow;
    private bool ended;

    private ContainerProcess(ContainerStart start, ChildHandle first, StandardStreams streams, ContainerCgroup cgroup)
    {
        this.start = start;
        this.first = first;
        this.streams = streams;
        this.cgroup = cgroup;
        Pid = first.Pid;
        Exit = RunAsync();
    }

    /// <summary>As the engine sees it.</summary>
    public int Pid { get; }

    /// <summary>Ends when every process of the container has ended and all of its output has been handed over. Never fails.</summary>
    public Task<ContainerExit> Exit { get; }

    internal static ContainerProcess Start(ContainerStart start, CancellationToken cancellationToken)
    {
        var cgroup = Cgroups.Shared.Make(start.Name, start.Spec.Limits);
        StandardStreams? streams = null;
        try
        {
            streams = new(input: false, Taker(start.Spec.Output, error: false), Taker(start.Spec.Output, error: true));
            var first = start.Run(streams, cgroup, cancellationToken);
            streams.CloseEnds();
            return new(start, first, streams, cgroup);
        }
        catch
        {
            streams?.Dispose();
            Cgroups.Shared.Remove(cgroup);
            Delete(start.Folder);
            throw;
        }
    }

    /// <summary>What it has used; null where this machine has no cgroups that say it, or the container has ended.</summary>
    internal ContainerUsage? Measure()
    {
        lock (signalling)
            return ended ? null : cgroup.Measure();
    }

    /// <summary>To its first process. Nothing happens when it has ended. SIGKILL ends every process of the container.</summary>
    public void Signal(int signal)
    {
        lock (signalling)
            if (!ended)
                first.Signal(signal);
    }

    /// <summary>Runs a command in the container; a cancelled one is killed.</summary>
    /// <returns>Its exit code, or 128 + the signal that ended it.</returns>
    /// <exception cref="ContainerStartException">It could not be started.</exception>
    public async Task<int> ExecAsync(ExecSpec spec, CancellationToken cancellationToken)
    {
        using var pipes = new StandardStreams(
            spec.Input is not null, bytes => spec.Output.WriteAsync(bytes, cancellationToken), bytes => spec.Error.WriteAsync(bytes, cancellationToken));
        using var process = await commands.RunAsync(cancelled => Enter(spec, pipes, cancelled), cancellationToken);
        pipes.CloseEnds();
        await using var killing = cancellationToken.Register(() => process.Signal(Libc.SIGKILL));
        using var over = new CancellationTokenSource();
        var input = spec.Input is null || pipes.Input is null ? Task.CompletedTask : pipes.Input.RunAsync(spec.Input, over.Token);
        Task<Exception?>[] outputs = [pipes.Output.RunAsync(), pipes.Error.RunAsync()];
        var end = await process.WaitAsync();
        pipes.Output.End();
        pipes.Error.End();
        var failures = await Task.WhenAll(outputs);
        // Its reader may not heed cancellation: it is not waited for.
        await over.CancelAsync();
        _ = input.ContinueWith(task => task.Exception, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        if (failures.FirstOrDefault(failure => failure is not null) is { } failure)
            throw new IOException($"the output of a command went nowhere: {failure.Message}", failure);
        return end.ExitCode;
    }

    private static Func<ReadOnlyMemory<byte>, ValueTask> Taker(ContainerOutput output, bool error) => bytes =>
    {
        output(error, bytes.Span);
        return ValueTask.CompletedTask;
    };

    private static string Name(string variable) => variable.Split('=', 2)[0];

    private ChildHandle Enter(ExecSpec spec, StandardStreams pipes, CancellationToken cancellationToken)
    {
        using var child = ForkedChild.Start(0);
        using var killing = cancellationToken.Register(child.Kill);
        var all = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | (cgroup.IsRoot ? CLONE_NEWCGROUP : 0);
        lock (signalling)
        {
            if (!ended)
                cgroup.Enter(child);
            if (ended || child.TryAsk(Setns, (long)first.Descriptor.DangerousGetHandle(), all) == -Errno.ESRCH)
                throw new ContainerStartException(StartFailure.NotRunning, "cannot exec in a stopped container");
        }
        // The process namespace counts for children only.
        child.Fork();
        new ProgramStart
        {
            Arguments = spec.Arguments,
            Environment = [.. start.Spec.Environment.ExceptBy(spec.Environment.Select(Name), Name), .. spec.Environment],
            WorkingDirectory = spec.WorkingDirectory ?? start.Spec.WorkingDirectory,
            Rights = start.Rights,
            Streams = pipes.Ends,
        }.Execute(child, ContainerMachine.Current);
        return child.Take();
    }

    private async Task<ContainerExit> RunAsync()
    {
        Task[] outputs = [streams.Output.RunAsync(), streams.Error.RunAsync()];
        var end = await first.WaitAsync();
        var finishedAt = DateTimeOffset.UtcNow;
        // Every process of it has ended by now, and has written what it had to.
        streams.Output.End();
        streams.Error.End();
        await Task.WhenAll(outputs);
        lock (signalling)
        {
            ended = true;
            first.Dispose();
        }
        streams.Dispose();
        var outOfMemory = end.ExitCode != 0 && cgroup.HasRunOutOfMemory();
        Cgroups.Shared.Remove(cgroup);
        Delete(start.Folder);
        return new(end.ExitCode, end.Signal, outOfMemory, startedAt, finishedAt);
    }

    /// <summary>What cannot be deleted now goes with the sandbox's folder.</summary>
    private static void Delete(string folder)
    {
        try
        {
            FolderTree.Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}

/// <summary>How a process ended: its exit code, or 128 + the signal that ended it.</summary>
/// <param name="OutOfMemory">The kernel ended it, because it was over its limit.</param>
public sealed record ContainerExit(int ExitCode, int? Signal, bool OutOfMemory, DateTimeOffset StartedAt, DateTimeOffset FinishedAt);

/// <summary>A command to be run in a container that runs: in its namespaces, as its user, with its rights and limits.</summary>
public sealed record ExecSpec
{
    public required IReadOnlyList<string> Arguments { get; init; }
    /// <summary>NAME=value, beside the container's own, and instead of those of the same name.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
    /// <summary>null for the container's.</summary>
    public string? WorkingDirectory { get; init; }
    /// <summary>null for none. Read until its end or the command's.</summary>
    public Stream? Input { get; init; }
    public Stream Output { get; init; } = Stream.Null;
    public Stream Error { get; init; } = Stream.Null;
}
