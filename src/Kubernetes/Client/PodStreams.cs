using System.Net;
using System.Net.WebSockets;
using k8s;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>Commands in pods and connections to their ports: WebSockets, each with several streams.</summary>
internal sealed class PodStreams(RequestSender sender)
{
    // The same streams; only version 5 can end the input.
    private const string Version4 = WebSocketProtocol.V4BinaryWebsocketProtocol, Version5 = WebSocketProtocol.V5BinaryWebsocketProtocol;

    public async Task<int> ExecAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        _ = ApiPaths.Item(new(ApiResource.Pods, request.Namespace, request.Pod));
        if (request.Command.Count == 0)
            throw new ArgumentException("there is no command", nameof(request));
        var what = $"{request.Command[0]} in {request.Namespace}/{request.Pod}";
        var hasToEnd = request is { Input: not null, Terminal: false };
        using var package = SocketUpgrade.Client(sender, hasToEnd ? [Version5] : [Version5, Version4]);
        using var socket = await ConnectAsync();
        return await new RemoteCommand(request, socket, what).RunAsync(cancellationToken);

        async Task<WebSocket> ConnectAsync()
        {
            try
            {
                return await package.WebSocketNamespacedPodExecAsync(request.Pod, request.Namespace, request.Command, request.Container,
                    stderr: !request.Terminal, stdin: request.Input is not null, stdout: true, tty: request.Terminal, webSocketSubProtocol: null, cancellationToken: cancellationToken);
            }
            catch (KubernetesException e) when (hasToEnd && e is { Code: HttpStatusCode.Forbidden or HttpStatusCode.BadRequest, Reason: "" }) // Not a Status: of the protocol, not of rights.
            {
                throw new KubernetesException($"{what}: the server cannot be informed of the end of the input, which it can from Kubernetes 1.30 on; run it without input", e.Code, "", [], inner: e);
            }
        }
    }

    public async Task<PortForward> ForwardAsync(PortForwardRequest request, CancellationToken cancellationToken)
    {
        // Each connection would fail for itself, and too late.
        _ = await sender.ReadAsync(ApiRequest.Get(ApiPaths.Item(new(ApiResource.Pods, request.Namespace, request.Pod))), cancellationToken);
        return new(request, async (local, token) =>
        {
            using var package = SocketUpgrade.Client(sender, Version4);
            using var socket = await package.WebSocketNamespacedPodPortForwardAsync(request.Pod, request.Namespace, [request.Port], cancellationToken: token);
            await new ForwardedConnection(socket, $"port {request.Port} of {request.Namespace}/{request.Pod}").CarryAsync(local, token);
        });
    }
}
