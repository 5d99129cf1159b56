using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Kontrakt.Oci.Registry;

/// <summary>
/// The HTTP clients: one that checks certificates, one for insecure hosts, one for loopback, which no proxy can reach. Which one serves a
/// URL is decided here alone, so that a redirect or a token service never inherits the leniency of the registry that named it.
/// </summary>
internal sealed class RegistryHttp : IDisposable
{
    private readonly HttpClient strict = Create(checkCertificates: true, useProxy: true);
    private readonly HttpClient lenient = Create(checkCertificates: false, useProxy: true);
    private readonly HttpClient local = Create(checkCertificates: false, useProxy: false);
    private readonly HashSet<string> insecure;

    public RegistryHttp(RegistryOptions options) => insecure = new(options.InsecureHosts, StringComparer.OrdinalIgnoreCase);

    /// <summary>May this host[:port] be spoken to without, or with unproven, TLS?</summary>
    public bool MayBePlain(string authority) => insecure.Contains(authority) || RegistryHosts.IsLoopback(authority);

    public bool MayBePlain(Uri uri) => For(uri) != strict;

    /// <summary>The port counts whether a URL says it or means its scheme's.</summary>
    public HttpClient For(Uri uri) => RegistryHosts.IsLoopback(uri.Authority) ? local
        : insecure.Contains(uri.Authority) || insecure.Contains($"{uri.Host}:{uri.Port}") ? lenient
        : strict;

    public void Dispose()
    {
        strict.Dispose();
        lenient.Dispose();
        local.Dispose();
    }

    private static HttpClient Create(bool checkCertificates, bool useProxy)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            UseCookies = false,
            UseProxy = useProxy,
        };
        if (!checkCertificates)
#pragma warning disable CA5359 // What "insecure" means, for loopback and the hosts that the user listed as such.
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("kontrakt");
        return client;
    }

    /// <summary>Keep-alive probes find a connection that died while the machine slept.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
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
