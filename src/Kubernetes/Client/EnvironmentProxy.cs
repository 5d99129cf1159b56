using System.Net;

namespace Kontrakt.Kubernetes.Client;

/// <summary>HTTPS_PROXY, HTTP_PROXY and NO_PROXY as kubectl reads them: loopback is never proxied, NO_PROXY may hold networks (10.0.0.0/8).</summary>
internal sealed class EnvironmentProxy(Func<string, string?> variable) : IWebProxy
{
    public static EnvironmentProxy Current { get; } = new(Environment.GetEnvironmentVariable);

    public ICredentials? Credentials { get; set; }

    public Uri? GetProxy(Uri destination)
    {
        var name = destination.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        if (Read(name) is not { } text || destination.IsLoopback || IsExcepted(destination))
            return null;
        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var proxy) ? proxy : null;
    }

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
