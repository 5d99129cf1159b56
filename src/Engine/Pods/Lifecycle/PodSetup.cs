using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Volumes;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>What a pod has before its containers: volumes, network, sandbox. Tried again until it succeeds, as the kubelet does.</summary>
internal sealed class PodSetup(PodContext pod) : IAsyncDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private PodAttachment? network;
    private PodSandbox? sandbox;

    /// <returns>The pod, with sandbox and address.</returns>
    public async Task<PodContext> MakeAsync(CancellationToken cancellationToken)
    {
        await FurnishVolumesAsync(cancellationToken);
        for (var delay = First; ; delay = Longer(delay))
        {
            try
            {
                return await MakeSandboxAsync(cancellationToken);
            }
            catch (Exception e) when (e is SystemCallException or ContainerStartException or IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                pod.Events.Warning("FailedCreatePodSandBox", $"Failed to create pod sandbox: {e.Message}");
                await DisposeAsync();
                await Task.Delay(delay, pod.Time, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (sandbox is not null)
            await sandbox.DisposeAsync();
        sandbox = null;
        if (network is not null)
            await network.DisposeAsync();
        network = null;
    }

    private async Task FurnishVolumesAsync(CancellationToken cancellationToken)
    {
        for (var delay = First; ; delay = Longer(delay))
        {
            var changed = pod.Changed.Next;
            try
            {
                pod.Volumes.Furnish(pod.Current);
                return;
            }
            catch (VolumeException e)
            {
                pod.Events.Warning("FailedMount", e.Message);
                await Task.WhenAny(changed, Task.Delay(delay, pod.Time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<PodContext> MakeSandboxAsync(CancellationToken cancellationToken)
    {
        network = await pod.Parts.Network.AttachAsync(pod.Pod, cancellationToken);
        var folder = Directory.CreateDirectory(Path.Combine(pod.Directory, "sandbox")).FullName;
        sandbox = await PodSandbox.CreateAsync(new()
        {
            Id = pod.Pod.Uid,
            Namespace = pod.Pod.Namespace,
            Hostname = pod.Pod.Hostname,
            Directory = folder,
            Sysctls = (pod.Pod.View.Items("spec", "securityContext", "sysctls")).ToDictionary(each => each["name"]?.ToString() ?? "", each => each["value"]?.ToString() ?? "", StringComparer.Ordinal),
        }, network.NetworkNamespace, cancellationToken);
        pod.Board.SetAddress(network.Address.ToString());
        return pod with { Sandbox = sandbox, Address = network.Address, HostFiles = HostFiles.Write(pod, network.Address) };
    }

    private static TimeSpan Longer(TimeSpan delay) => delay * 2 < Longest ? delay * 2 : Longest;
}
