using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Network.Services;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Tests.Pods.Network.Services;

/// <summary>A node with a service proxy, pods, and the Services and Endpoints that a test writes.</summary>
internal sealed class ServiceWorld : IAsyncDisposable
{
    internal static readonly IPAddress ClusterIP = IPAddress.Parse("10.96.7.7");
    private readonly CancellationTokenSource stop = new();
    private readonly List<PodAttachment> pods = [];
    private readonly PodNetwork podNetwork;
    private readonly Task proxy;

    private ServiceWorld(NodeNetwork node)
    {
        Node = node;
        podNetwork = new(node);
        proxy = new ServiceProxy(Store, node, [], NullLogger.Instance, TimeProvider.System).RunAsync(stop.Token);
    }

    internal NodeNetwork Node { get; }
    internal ObjectStore Store { get; } = new();

    internal static ServiceWorld Start() => new(NetworkRights.OrSkip(NodeNetwork.Create));

    internal async Task<PodAttachment> PodAsync()
    {
        var pod = await podNetwork.AttachAsync("pod", CancellationToken.None);
        pods.Add(pod);
        return pod;
    }

    /// <summary>A Service "web" at <see cref="ClusterIP"/>.</summary>
    internal void Service(JsonObject spec)
    {
        spec["clusterIP"] ??= ClusterIP.ToString();
        Put(Kinds.Service, new JsonObject { ["spec"] = spec });
    }

    /// <summary>Its Endpoints, all on one port.</summary>
    internal void Endpoints(int port, string portName, params PodAttachment[] ready) => Put(Kinds.Endpoints, new JsonObject
    {
        ["subsets"] = ready.Length == 0 ? null : new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray([.. ready.Select(pod => new JsonObject { ["ip"] = pod.Address.ToString() })]),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = portName, ["port"] = port }, new JsonObject { ["name"] = portName, ["port"] = port, ["protocol"] = "UDP" }),
        }),
    });

    internal void Delete(ResourceKind kind) => Store.Change(new(kind, "ns", "web"), _ => null);

    /// <summary>Calls until somebody listens: a change of the store reaches the proxy a moment later.</summary>
    internal static async Task<Socket> ConnectAsync(PodAttachment from, int port)
    {
        while (true)
            try
            {
                return await PodSockets.ConnectAsync(from, new(ClusterIP, port));
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                await Task.Yield();
            }
    }

    /// <summary>Calls until nobody listens.</summary>
    internal static async Task RefusedAsync(PodAttachment from, int port)
    {
        while (true)
            try
            {
                (await PodSockets.ConnectAsync(from, new(ClusterIP, port))).Dispose();
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                // It came in the moment in which the listener was closed.
            }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await proxy.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var pod in pods)
            await pod.DisposeAsync();
        Node.Dispose();
        stop.Dispose();
    }

    private void Put(ResourceKind kind, JsonObject value)
    {
        var key = new ObjectKey(kind, "ns", "web");
        value["apiVersion"] = "v1";
        value["kind"] = kind.Kind;
        value["metadata"] = new JsonObject { ["name"] = "web", ["namespace"] = "ns" };
        if (Store.Find(key) is null)
            Store.Add(key, () => value);
        else
            Store.Change(key, _ => value);
    }
}
