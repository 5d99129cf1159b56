using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs.Looking;

/// <summary>A command to run in a pod.</summary>
/// <param name="Name">Whose: a pod, or what has pods.</param>
public sealed record CommandRequest(string Name, IReadOnlyList<string> Command)
{
    /// <summary>Null: the pod's first, or what its annotation says.</summary>
    public string? Container { get; init; }

    /// <summary>Null: the command reads nothing.</summary>
    public Stream? Input { get; init; }

    public required Stream Output { get; init; }

    public required Stream Error { get; init; }
}

/// <summary>Runs a command in a pod of a run. What it writes is the program's own, byte for byte, and not redacted.</summary>
public static class PodCommand
{
    /// <returns>The command's exit code.</returns>
    /// <exception cref="KontraktException">The pod does not run (KTR3042), or the command cannot be started there (KTR3043).</exception>
    public static Task<int> RunAsync(OpenRun run, CommandRequest request, CancellationToken cancellationToken) =>
        KeptRun.LookAsync(run, $"'{request.Name}'", async kept =>
        {
            var pod = await KeptPod.OfAsync(await kept.RequireAsync(request.Name, cancellationToken), kept.Log, cancellationToken);
            var container = pod.Container(request.Container, kept.Log);
            if (!ContainerStatus.Of(pod.Object).Any(each => each.Name == container && each.Running))
                throw Ktr.PodNotRunning.Error(null, pod.Title, $"its container '{container}' does not run ({await pod.ShowAsync(PodText.State(pod.Object), cancellationToken)})");
            try
            {
                return await pod.Client.ExecAsync(new(pod.Namespace, pod.Object.Name, container, request.Command) { Input = request.Input, Output = request.Output, Error = request.Error }, cancellationToken);
            }
            catch (KubernetesException e) when (e.Code is not null)
            {
                throw Ktr.CommandNotRun.Error(e, null, request.Command[0], pod.Title, e.Message.TrimEnd('.'));
            }
        }, cancellationToken);
}
