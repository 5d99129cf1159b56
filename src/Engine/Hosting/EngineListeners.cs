using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Kontrakt.Engine.Pods.Network;
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
                if (registryPorts.Contains(endPoint.Port))
                    listen.Protocols = HttpProtocols.Http1;
                else
                    listen.UseHttps(certificate);
            });
    }

    public bool IsForRegistry(HttpContext context) => registryPorts.Contains(context.Connection.LocalPort);
}
