using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>The phase of a pod, from what its containers do.</summary>
internal static class PodPhase
{
    public static string Of(string restartPolicy, IReadOnlyList<ContainerSnapshot> containers)
    {
        var init = containers.Where(each => each.Definition.Role == ContainerRole.Init).ToList();
        var main = containers.Where(each => each.Definition.Role == ContainerRole.Main).ToList();
        if (restartPolicy == "Never" && init.Exists(Failed))
            return "Failed";
        if (!init.TrueForAll(Succeeded) || containers.Any(IsPendingSidecar) && !main.Exists(HasRun))
            return "Pending";
        if (main.Exists(each => each is { State: ContainerState.Waiting, Last: null }))
            return "Pending";
        if (containers.Any(each => each.Definition.Role != ContainerRole.Init && each.IsRunning) || restartPolicy == "Always")
            return "Running";
        if (main.TrueForAll(Succeeded))
            return "Succeeded";
        return restartPolicy == "Never" ? "Failed" : "Running";
    }

    private static bool Succeeded(ContainerSnapshot each) => each.State is ContainerState.Terminated { ExitCode: 0 };

    private static bool Failed(ContainerSnapshot each) => each.State is ContainerState.Terminated { ExitCode: not 0 };

    private static bool HasRun(ContainerSnapshot each) => each.State is not ContainerState.Waiting || each.Last is not null;

    private static bool IsPendingSidecar(ContainerSnapshot each) =>
        each.Definition.Role == ContainerRole.Sidecar && !each.Started && each is { State: ContainerState.Running } or { State: ContainerState.Waiting, Last: null };
}

/// <summary>Why a pod ends before its containers have.</summary>
internal enum PodStop { None, DeadlineExceeded, Evicted, Deleted, EngineEnds }
