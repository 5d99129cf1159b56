using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Network.Egress;
using Kontrakt.Engine.Pods.Network.Services;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kontrakt.Engine.Hosting;

/// <summary>
/// Where the engine listens: the API and the registry, each on loopback of the machine and on the node's own address in the pods' network. A socket
/// belongs to the network in which it was made, and is made before Kestrel knows about it.
/// </summary>
internal sealed class EngineListeners
{
    /// <summary>The ports of API and registry on the node.</summary>
    public const int NodeApiPort = 6443;
    public const int NodeRegistryPort = 5000;

    /// <summary>Connections of one pod to API and registry on the node. Through services come those of the proxy, which has its own limit.</summary>
    private const int LimitOfOnePod = 256;

    private readonly SourceLimit pods = new(LimitOfOnePod);
    private readonly Dictionary<EndPoint, Socket> sockets = [];
    private readonly HashSet<int> registryPorts = [];

    private EngineListeners(int apiPort, int registryPort) => (ApiPort, RegistryPort) = (apiPort, registryPort);

    /// <summary>On 127.0.0.1.</summary>
    public int ApiPort { get; }
    /// <summary>On 127.0.0.1.</summary>
    public int RegistryPort { get; }
    /// <summary>The registry as this machine and its pods' images name it.</summary>
    public string Registry => string.Create(CultureInfo.InvariantCulture, $"localhost:{RegistryPort}");

    /// <param name="portFile">Remembers the registry's port.</param>
    public static EngineListeners Open(NodeNetwork node, string portFile)
    {
        var api = LoopbackPort.Listen(0) ?? throw new IOException("no port on 127.0.0.1 is free");
        var registry = LoopbackPort.Listen(portFile);
        var listeners = new EngineListeners(LoopbackPort.EndPoint(api).Port, LoopbackPort.EndPoint(registry).Port);
        foreach (var (socket, isRegistry) in new[] { (api, false), (registry, true), (node.Bind(new(ClusterAddresses.Node, NodeApiPort)), false), (node.Bind(new(ClusterAddresses.Node, NodeRegistryPort)), true) })
        {
            listeners.sockets.Add(LoopbackPort.EndPoint(socket), socket);
            if (isRegistry)
                listeners.registryPorts.Add(LoopbackPort.EndPoint(socket).Port);
        }
        return listeners;
    }

    /// <summary>For Kestrel: the socket that was made for an end point.</summary>
    public Socket Take(EndPoint endPoint) => sockets[endPoint];

    public void Configure(KestrelServerOptions options, X509Certificate2 certificate)
    {
        foreach (var endPoint in sockets.Keys.Cast<IPEndPoint>())
            options.Listen(endPoint, listen =>
            {
                if (endPoint.Address.Equals(ClusterAddresses.Node))
                    listen.Use(Limited);
                if (registryPorts.Contains(endPoint.Port))
                    listen.Protocols = HttpProtocols.Http1;
                else
                    listen.UseHttps(certificate);
            });
    }

    private ConnectionDelegate Limited(ConnectionDelegate next) => async connection =>
    {
        var source = SourceLimit.SourceOf(connection.RemoteEndPoint);
        if (source.Equals(ClusterAddresses.Node))
        {
            await next(connection);
            return;
        }
        if (!pods.TryEnter(source))
        {
            connection.Abort();
            return;
        }
        try
        {
            await next(connection);
        }
        finally
        {
            pods.Leave(source);
        }
    };

    /// <summary>Whether the API or the registry listens there for this machine.</summary>
    public bool IsHere(IPEndPoint endPoint) => (endPoint.Port == ApiPort || endPoint.Port == RegistryPort) && !PublicAddresses.Contains(endPoint.Address);

    public bool IsForRegistry(HttpContext context) => registryPorts.Contains(context.Connection.LocalPort);
}
