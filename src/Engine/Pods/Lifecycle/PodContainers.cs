using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>The containers of a pod, in their order: init containers and sidecars one after the other, the main ones together; and back.</summary>
internal sealed class PodContainers(PodContext pod, GracePeriod grace, CancellationToken stopping)
{
    private readonly List<ContainerRunner> init = [];
    private readonly List<ContainerRunner> sidecars = [];
    private readonly List<ContainerRunner> main = [];

    /// <summary>Returns when the main containers have done their work, or an init container has failed for good.</summary>
    public async Task RunAsync()
    {
        foreach (var container in pod.Pod.Init)
        {
            if (!await InitializeAsync(container))
                return;
        }
        stopping.ThrowIfCancellationRequested();
        foreach (var container in pod.Pod.Main)
            main.Add(Start(container));
        await Task.WhenAll(main.Select(runner => runner.Done)).WaitAsync(stopping);
    }

    /// <summary>Ends what still runs: the main containers together, then the sidecars in reverse order.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(main.Concat(init).Select(runner => runner.StopAsync()));
        foreach (var runner in sidecars.AsEnumerable().Reverse())
            await runner.StopAsync();
    }

    /// <returns>Whether the next may start.</returns>
    private async Task<bool> InitializeAsync(ContainerDefinition container)
    {
        stopping.ThrowIfCancellationRequested();
        var runner = Start(container);
        if (container.Role == ContainerRole.Sidecar)
        {
            sidecars.Add(runner);
            await Task.WhenAny(runner.Started, runner.Done).WaitAsync(stopping);
            return runner.Started.IsCompleted;
        }
        init.Add(runner);
        await runner.Done.WaitAsync(stopping);
        return pod.Board[container].State is ContainerState.Terminated { ExitCode: 0 };
    }

    private ContainerRunner Start(ContainerDefinition container)
    {
        var runner = new ContainerRunner(pod, container, grace, stopping);
        runner.Start();
        return runner;
    }
}
