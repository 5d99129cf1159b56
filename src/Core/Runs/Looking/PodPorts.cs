using System.Globalization;
using System.Net.Sockets;
using Kontrakt.Clusters.Pods;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs.Looking;

/// <summary>Makes ports of a pod reachable on this machine, on loopback, until it is cancelled or the pod ends.</summary>
public static class PodPorts
{
    /// <param name="name">A pod, a Service, or what has pods.</param>
    /// <param name="ports">As they are typed: 8080:80.</param>
    /// <param name="ready">Gets each address of this machine, and the port that it leads to, once all can be used.</param>
    /// <exception cref="KontraktException">A port cannot be used (KTR1202, KTR3044), no pod is ready, or the pod has ended (KTR3042).</exception>
    public static Task<bool> ForwardAsync(OpenRun run, string name, IReadOnlyList<string> ports, Func<string, string, Task> ready, CancellationToken cancellationToken) =>
        KeptRun.LookAsync<bool>(run, $"'{name}'", async kept =>
        {
            PortMapping[] mappings = [.. ports.Select(PortMapping.Parse)];
            var item = await kept.RequireAsync(name, cancellationToken);
            var pod = await KeptPod.OfAsync(item, kept.Log, cancellationToken);
            await RequireAsync(item, pod, cancellationToken);
            var open = new List<PortForward>();
            try
            {
                foreach (var mapping in mappings)
                    open.Add(await OpenAsync(item, pod, mapping, kept.Log, cancellationToken));
                foreach (var (forward, mapping) in open.Zip(mappings))
                    await ready(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{forward.LocalPort}"), $"{item.Title}:{mapping.Remote}");
                throw Ktr.PodNotRunning.Error(null, pod.Title, $"it has ended while its ports were forwarded ({await EndAsync(pod, cancellationToken)})");
            }
            finally
            {
                foreach (var forward in open)
                    await forward.DisposeAsync();
            }
        }, cancellationToken);

    /// <summary>A Service sends nothing to a pod that is not ready; a pod that was named need only run.</summary>
    private static async Task RequireAsync(KeptObject item, KeptPod pod, CancellationToken cancellationToken)
    {
        if (item.Object.Kind == "Service" ? KeptPod.IsReady(pod.Object) : pod.Object.Text("status", "phase") == "Running")
            return;
        var state = await pod.ShowAsync(PodText.State(pod.Object), cancellationToken);
        throw Ktr.PodNotRunning.Error(null, item.Title, item.Object.Kind == "Service" ? $"no pod of it is ready ({pod.Title}: {state})" : $"{pod.Title} does not run ({state})");
    }

    private static async Task<PortForward> OpenAsync(KeptObject item, KeptPod pod, PortMapping mapping, IRunLog log, CancellationToken cancellationToken)
    {
        var (asked, port) = item.Object.Kind == "Service" ? mapping.PortOf(item.Object, pod.Object, item.Title) : (0, mapping.PortOf(pod.Object, pod.Title));
        var local = mapping.Local ?? (asked > 0 ? asked : port);
        try
        {
            return await pod.Client.ForwardPortAsync(new(pod.Namespace, pod.Object.Name, port)
            {
                LocalPort = local,
                OnFailure = failure => log.Report(new RunEvent.Progress($"a connection to {item.Title}:{mapping.Remote} failed: {failure.Message}")),
            }, cancellationToken);
        }
        catch (KubernetesException e) when (e.InnerException is SocketException cause)
        {
            throw Ktr.LocalPortTaken.Error(e, null, local, cause.Message.TrimEnd('.'), mapping.Remote);
        }
    }

    /// <summary>Waits until the pod has ended; how, in words.</summary>
    private static async Task<string> EndAsync(KeptPod pod, CancellationToken cancellationToken)
    {
        var exists = false;
        try
        {
            await foreach (var change in pod.Client.WatchAsync(ApiResource.Pods, new(pod.Namespace) { FieldSelector = $"metadata.name={pod.Object.Name}" }, cancellationToken))
            {
                exists |= change.Object?.Uid == pod.Object.Uid;
                if (change.Type == WatchEventType.Deleted || (change.Type == WatchEventType.Synced && !exists) || change.Object?.Text("status", "phase") is "Succeeded" or "Failed")
                    break;
            }
        }
        catch (KubernetesException e) when (KeptPod.IsOfDeletedAccount(e))
        {
            // With the namespace, the account that watches goes as well.
        }
        return await pod.StateAsync(cancellationToken);
    }
}
