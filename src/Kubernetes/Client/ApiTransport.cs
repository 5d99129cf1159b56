using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using k8s;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Kubernetes.Client;

/// <summary>
/// The connections to one cluster, shared by all clients that came from one another. A client certificate belongs to a
/// connection, so each has a client of the KubernetesClient package of its own; everything else goes into headers and shares one.
/// </summary>
internal sealed class ApiTransport(ClusterConnection connection, ClientOptions options)
{
    private readonly ConcurrentDictionary<string, Lazy<k8s.Kubernetes>> pools = new(StringComparer.Ordinal);
    private int users = 1;

    /// <summary>What all identities may share of what they learnt.</summary>
    public ClusterKnowledge Knowledge { get; } = new();

    /// <summary>TCP and TLS together: half of an attempt's time, so that one that hangs here is distinguished from a server that is slow to answer.</summary>
    public TimeSpan ConnectTimeout { get; } = options.RequestTimeout / 2;

    public void Share() => Interlocked.Increment(ref users);

    public void Release()
    {
        if (Interlocked.Decrement(ref users) > 0)
            return;
        foreach (var pool in pools.Values.Where(pool => pool.IsValueCreated))
            pool.Value.Dispose();
    }

    public k8s.Kubernetes Pool(ClusterIdentity.ClientCertificate? certificate)
    {
        var key = certificate is null ? "" : Convert.ToHexString(SHA256.HashData([.. certificate.Certificate.Span, .. certificate.Key.Span]));
        return pools.GetOrAdd(key, _ => new(() => new(Configuration(certificate)))).Value;
    }

    // Trust, certificate and proxy go into the handler: what the package makes of its own properties for them is not enough (docs/decisions/kubernetes-client.md).
    private KubernetesClientConfiguration Configuration(ClusterIdentity.ClientCertificate? certificate) => new()
    {
        Host = connection.Server.GetLeftPart(UriPartial.Path),
        UserAgent = options.UserAgent,
        FirstMessageHandlerSetup = handler =>
        {
            handler.AllowAutoRedirect = false; // A redirect would carry the credentials elsewhere.
            handler.UseCookies = false;
            handler.AutomaticDecompression = DecompressionMethods.GZip;
            handler.ConnectTimeout = ConnectTimeout;
            handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90);
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(15);
            handler.EnableMultipleHttp2Connections = true; // Else the 251st watch would wait for another to end.
            handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always; // Else a dead idle connection is found by the next request, which may not be repeatable.
            handler.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
            handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
            handler.Proxy = connection.Proxy is { } proxy ? new WebProxy(UrlUserInfo.Without(proxy)) { Credentials = UrlUserInfo.Of(proxy) } : EnvironmentProxy.Current;
            handler.ConnectCallback = ConnectAsync;
            TlsTrust.Set(handler.SslOptions, connection, certificate);
        },
    };

    // A watch may be silent for minutes: TCP keep-alive finds out that its server is gone (a laptop that slept, a dropped tunnel).
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
