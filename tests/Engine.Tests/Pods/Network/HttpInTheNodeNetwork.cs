using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Pods.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Engine.Tests.Pods.Network;

/// <summary>Kestrel serves pods at addresses of the node's network, beside those of the machine, and HttpClient reaches pods from the node.</summary>
[TestClass]
public sealed class HttpInTheNodeNetwork
{
    [TestMethod]
    [Timeout(60_000)]
    public async Task APodAsksKestrelAtAServiceAddress()
    {
        using var node = NetworkRights.OrSkip(NodeNetwork.Create);
        await using var pod = await new PodNetwork(node).AttachAsync("pod", CancellationToken.None);
        await using var server = await StartAsync(node, new(ClusterAddresses.Kubernetes, 443), new(IPAddress.Loopback, 0));
        using var inPod = Client((endPoint, _) => PodSockets.ConnectAsync(pod, endPoint));
        using var outside = new HttpClient();

        var fromPod = await inPod.GetStringAsync("http://10.96.0.1:443/");
        var fromMachine = await outside.GetStringAsync(server.Urls.Single(url => url.Contains("127.0.0.1", StringComparison.Ordinal)));

        Assert.AreEqual(pod.Address.ToString(), fromPod);
        Assert.AreEqual("127.0.0.1", fromMachine);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TheNodeAsksAPod()
    {
        using var node = NetworkRights.OrSkip(NodeNetwork.Create);
        await using var pod = await new PodNetwork(node).AttachAsync("pod", CancellationToken.None);
        using var listener = PodSockets.Listen(pod, 8080);
        using var client = Client(node.ConnectAsync);

        var answer = client.GetStringAsync($"http://{pod.Address}:8080/healthz");
        using var accepted = await listener.AcceptAsync();
        await accepted.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());

        Assert.AreEqual("ok", await answer);
    }

    private static async Task<WebApplication> StartAsync(NodeNetwork node, params IPEndPoint[] endPoints)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = endPoint =>
            endPoint is IPEndPoint address && NodeNetwork.Owns(address.Address) ? node.Bind(address) : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint));
        builder.WebHost.ConfigureKestrel(options => Array.ForEach(endPoints, options.Listen));
        var server = builder.Build();
        server.MapGet("/", (HttpContext context) => $"{context.Connection.RemoteIpAddress}");
        await server.StartAsync();
        return server;
    }

    private static HttpClient Client(Func<IPEndPoint, CancellationToken, Task<Socket>> connect) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
            new NetworkStream(await connect(new(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port), cancellationToken), ownsSocket: true),
    });
}
