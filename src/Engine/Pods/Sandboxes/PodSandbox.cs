using Kontrakt.Engine.Pods.Network;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>What the containers of one pod share, and those containers.</summary>
public sealed class PodSandbox : IAsyncDisposable
{
    private readonly SandboxSpec spec;
    private readonly PodNamespaces namespaces;
    private readonly PodUsers users;
    private readonly CancellationTokenSource disposing = new();
    private readonly Lock containersLock = new();
    private readonly HashSet<Task> containers = [];

    private PodSandbox(SandboxSpec spec, PodNamespaces namespaces, PodUsers users) => (this.spec, this.namespaces, this.users) = (spec, namespaces, users);

    /// <param name="network">Stays the caller's.</param>
    /// <exception cref="ContainerStartException">The machine does not allow it.</exception>
    public static Task<PodSandbox> CreateAsync(SandboxSpec spec, NetworkNamespace network, CancellationToken cancellationToken)
    {
        if (ContainerMachine.Current.Refusal is { } refusal)
            throw new ContainerStartException(StartFailure.Other, refusal);
        return StartQueue.Machine.RunAsync(_ => Create(spec, network), cancellationToken);
    }

    /// <exception cref="ContainerStartException">It could not be started; nothing of it is left.</exception>
    public async Task<ContainerProcess> StartAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        var start = new ContainerStart($"{spec.Id}-{container.Id}", container, namespaces, ProcessRights.For(container, users), Folder(container));
        ObjectDisposedException.ThrowIf(disposing.IsCancellationRequested, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, disposing.Token);
        var starting = StartQueue.Machine.RunAsync(cancelled => ContainerProcess.Start(start, cancelled), either.Token);
        Add(EndAsync(starting));
        return await starting;
    }

    /// <summary>Kills every container and waits for their end. What they wrote to disk is gone, except volumes.</summary>
    public async ValueTask DisposeAsync()
    {
        await disposing.CancelAsync();
        Task[] left;
        lock (containersLock)
            left = [.. containers];
        await Task.WhenAll(left);
        namespaces.Dispose();
    }

    private static PodSandbox Create(SandboxSpec spec, NetworkNamespace network)
    {
        var users = PodUsers.For(spec.Directory);
        return new(spec, PodNamespaces.Create(spec, network.Handle, users), users);
    }

    private string Folder(ContainerSpec container) => Path.Combine(spec.Directory, "containers", container.Id);

    private async Task EndAsync(Task<ContainerProcess> starting)
    {
        await starting.ContinueWith(_ => { }, TaskScheduler.Default);
        if (!starting.IsCompletedSuccessfully)
            return;
        var process = await starting;
        await using (disposing.Token.Register(() => process.Signal(Native.Libc.SIGKILL)))
            await process.Exit;
    }

    private void Add(Task container)
    {
        lock (containersLock)
            containers.Add(container);
        container.ContinueWith(ended =>
        {
            lock (containersLock)
                containers.Remove(ended);
        }, TaskScheduler.Default);
    }
}

/// <summary>What the containers of a pod share: network, host name, IPC, and the files that name both.</summary>
public sealed record SandboxSpec
{
    /// <summary>The pod's uid: names its folder.</summary>
    public required string Id { get; init; }
    public required string Namespace { get; init; }
    public required string Hostname { get; init; }
    /// <summary>Its folder on disk, made by the caller and deleted by the caller after the sandbox is disposed.</summary>
    public required string Directory { get; init; }
    /// <summary>Kernel parameters of its own network, from the pod's securityContext.sysctls.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();
}
