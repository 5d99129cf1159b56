using System.Net;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Kubernetes.Client;

/// <summary>HTTPS_PROXY, HTTP_PROXY and NO_PROXY as kubectl reads them: loopback is never proxied, NO_PROXY may hold networks (10.0.0.0/8).</summary>
internal sealed class EnvironmentProxy(Func<string, string?> variable) : IWebProxy, ICredentials
{
    private static readonly string[] Names = ["HTTPS_PROXY", "HTTP_PROXY"];

    public static EnvironmentProxy Current { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>Its own: the proxies' URLs may hold them, and are given to nobody with them.</summary>
    public ICredentials? Credentials
    {
        get => this;
        set => throw new NotSupportedException("the environment says it");
    }

    public Uri? GetProxy(Uri destination) => Find(destination) is { } proxy ? UrlUserInfo.Without(proxy) : null;

    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        Names.Select(Parse).OfType<Uri>().Where(proxy => UrlUserInfo.Without(proxy) == uri).Select(UrlUserInfo.Of).FirstOrDefault();

    private Uri? Find(Uri destination)
    {
        var name = destination.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        return destination.IsLoopback || IsExcepted(destination) ? null : Parse(name);
    }

    private Uri? Parse(string name) =>
        Read(name) is { } text && Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var proxy) ? proxy : null;

    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    private string? Read(string name) =>
        variable(name) is { Length: > 0 } upper ? upper : variable(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower : null;

    private bool IsExcepted(Uri destination)
    {
        var host = destination.IdnHost;
        foreach (var entry in (Read("NO_PROXY") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry == "*" || entry == $"{host}:{destination.Port}")
                return true;
            if (IPAddress.TryParse(host, out var address) && IPNetwork.TryParse(entry, out var network) && network.Contains(address))
                return true;
            var suffix = entry.TrimStart('*').TrimStart('.');
            if (host.Equals(suffix, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }
}
