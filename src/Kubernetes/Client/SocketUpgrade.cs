using System.Net.WebSockets;
using System.Runtime.ExceptionServices;
using k8s;

namespace Kontrakt.Kubernetes.Client;

/// <summary>
/// Opens the package's WebSockets as any other request: over the same connections, with the same identity, proxy and trust, and with the server's Status where
/// it refuses. Left to itself the package would have none of these.
/// </summary>
internal sealed class SocketUpgrade : WebSocketBuilder
{
    private readonly RequestSender sender;

    private SocketUpgrade(RequestSender sender, IEnumerable<string> protocols)
    {
        this.sender = sender;
        foreach (var protocol in protocols)
            Options.AddSubProtocol(protocol);
    }

    /// <summary>The package's client for exec, attach and port-forward: it makes the addresses, and connects by this class.</summary>
    /// <param name="protocols">What is offered to the server, the best first. The package itself can offer only one.</param>
    public static k8s.Kubernetes Client(RequestSender sender, params IEnumerable<string> protocols) =>
        new(new KubernetesClientConfiguration { Host = sender.Connection.Server.GetLeftPart(UriPartial.Authority) })
        {
            CreateWebSocketBuilder = () => new SocketUpgrade(sender, protocols),
        };

    public override async Task<WebSocket> BuildAndConnectAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(new Handshake(sender));
        try
        {
            await WebSocket.ConnectAsync(uri, invoker, cancellationToken);
            return WebSocket;
        }
        catch (WebSocketException e)
        {
            WebSocket.Dispose();
            if (e.InnerException is KubernetesException refused)
                ExceptionDispatchInfo.Throw(refused);
            throw new KubernetesException($"GET {uri.AbsolutePath}: {e.Message}", null, "", [], inner: e);
        }
    }

    /// <summary>.NET makes the handshake and checks the answer; in between it is a request of the client.</summary>
    private sealed class Handshake(RequestSender sender) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => sender.OpenAsync(
            ApiRequest.Get(request.RequestUri?.PathAndQuery ?? "") with { Repeatable = false, Upgrade = request.Headers, Accept = "*/*" }, cancellationToken);
    }
}
