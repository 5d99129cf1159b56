using System.Buffers;
using System.Globalization;
using System.Text;

namespace Kontrakt.Engine.Pods.Network.Egress;

/// <summary>What a client of a proxy asks for (RFC 9112, 3.2.2 and 3.2.3): a tunnel, or one request in absolute form.</summary>
/// <param name="Host">Without brackets.</param>
/// <param name="Rest">What came behind the head.</param>
internal sealed record ProxyRequest(bool IsTunnel, string Host, int Port, string Method, string Path, IReadOnlyList<string> Fields, ReadOnlyMemory<byte> Rest, string Version = "HTTP/1.1")
{
    private static readonly string[] OfProxies = ["Proxy-Connection", "Proxy-Authorization", "Keep-Alive", "Host"];
    /// <summary>Of methods and names of fields (RFC 9110, 5.6.2).</summary>
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>For the machine's own proxy, which decides by it.</summary>
    public Uri Target { get; } = new UriBuilder(IsTunnel ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host, Port).Uri;

    /// <summary>host:port, as it is written in a request.</summary>
    public string Authority { get; } = string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    /// <param name="head">Up to and with the empty line.</param>
    /// <exception cref="FormatException">It is not a request to a proxy.</exception>
    public static ProxyRequest Parse(ReadOnlySpan<byte> head, ReadOnlyMemory<byte> rest)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines is not [var first, .. var fields] || first.Split(' ') is not [{ Length: > 0 } method, var target, ("HTTP/1.0" or "HTTP/1.1") and var version] || method.AsSpan().ContainsAnyExcept(Token))
            throw new FormatException("this is not a request of HTTP/1.1");
        // A line that continues the one before, or has no name, could mean another request to the server than to us.
        if (fields.Any(field => field.IndexOf(':', StringComparison.Ordinal) < 1 || field.AsSpan(0, field.IndexOf(':', StringComparison.Ordinal)).ContainsAnyExcept(Token) || field.AsSpan().ContainsAny('\r', '\n', '\0')))
            throw new FormatException("a header field is not valid");
        if (method == "CONNECT")
        {
            return Uri.TryCreate($"https://{target}/", UriKind.Absolute, out var place) && place.PathAndQuery == "/" && place.UserInfo.Length == 0 && target.Contains(':', StringComparison.Ordinal)
                ? new(true, Name(place), place.Port, method, "", fields, rest) : throw new FormatException("CONNECT takes host:port");
        }
        // It asks for the head back, with what another proxy was given.
        if (method == "TRACE")
            throw new FormatException("TRACE is not passed on");
        return Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp
            ? new(false, Name(uri), uri.Port, method, uri.PathAndQuery, fields, rest, version)
            : throw new FormatException("this is a proxy: it takes CONNECT host:port, and requests for http://host/path");
    }

    /// <summary>The head for the server itself. One connection is one request, so that the next one is looked at as well.</summary>
    public byte[] HeadForServer() => Head(Path, isProxy: false, credentials: null);

    /// <summary>The head for another proxy.</summary>
    /// <param name="credentials">Of Basic authentication; null for none.</param>
    public byte[] HeadForProxy(string? credentials) => IsTunnel
        ? Encoding.Latin1.GetBytes($"CONNECT {Authority} HTTP/1.1\r\nHost: {Authority}\r\n{Authorization(credentials)}\r\n")
        : Head($"http://{Authority}{Path}", isProxy: true, credentials);

    private byte[] Head(string target, bool isProxy, string? credentials)
    {
        // Another proxy would take a next request of the connection, which nobody has looked at.
        var keeps = !isProxy && Fields.Any(field => Is(field, "Upgrade"));
        // The answer to HTTP/1.0 may not be in chunks. What is asked for decides the host, whatever the field says (RFC 9112, 3.2.2).
        var text = new StringBuilder($"{Method} {target} {Version}\r\nHost: {(Port == 80 ? Authority[..^":80".Length] : Authority)}\r\n");
        foreach (var field in Fields.Where(field => !OfProxies.Any(name => Is(field, name)) && (keeps || !(Is(field, "Connection") || Is(field, "Upgrade")))))
            text.Append(field).Append("\r\n");
        if (!keeps)
            text.Append("Connection: close\r\n");
        if (isProxy)
            text.Append(Authorization(credentials));
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    private static string Authorization(string? credentials) =>
        credentials is null ? "" : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}\r\n";

    private static bool Is(string field, string name) => field.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase);

    private static string Name(Uri uri) => uri.IdnHost.Trim('[', ']');
}
