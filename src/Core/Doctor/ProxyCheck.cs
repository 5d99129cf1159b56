using System.Net.Sockets;
using Kontrakt.Oci.Names;

namespace Kontrakt.Doctor;

/// <summary>The proxy of this environment: what is set, without its credentials, and whether it can be reached.</summary>
internal static class ProxyCheck
{
    private static readonly string[] Names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
    private static readonly string[] Exceptions = ["NO_PROXY", "no_proxy"];
    private const int SocksPort = 1080;

    /// <param name="environment">An environment variable's value by name, or null.</param>
    public static Check Of(Func<string, string?> environment) => new("proxy", async token =>
    {
        List<(string Name, string Value)> given = [.. Names.SelectMany(name => new[] { name, name.ToLowerInvariant() }).Select(name => (name, environment(name)?.Trim() ?? "")).Where(each => each.Item2.Length > 0)];
        if (given.Count == 0)
            return Finding.Ok("no proxy is set (HTTPS_PROXY, HTTP_PROXY)");
        var except = Exceptions.Select(name => environment(name)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        var seen = $"{string.Join(", ", given.Select(each => $"{each.Name}={AddressUser.HideIn(each.Value)}"))}; NO_PROXY {(except is null ? "is not set" : $"is {except}")}";
        foreach (var (name, value) in given)
            if (await ProblemAsync(value, token) is { } problem)
                return Finding.Warning($"{seen}; {name}: {problem}", $"correct {name}, or unset it: unset {name}");
        return Finding.Ok(seen);
    });

    /// <summary>The end of a sentence about the variable; null where the proxy can be reached.</summary>
    private static async Task<string?> ProblemAsync(string value, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value, UriKind.Absolute, out var proxy) || proxy.Host.Length == 0)
            return "it is not an address such as http://proxy.example.com:3128";
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await socket.ConnectAsync(proxy.Host, proxy.Port > 0 ? proxy.Port : SocksPort, limit.Token);
            return null;
        }
        catch (SocketException refused)
        {
            return $"'{proxy.Host}:{proxy.Port}' cannot be reached ({refused.Message})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"'{proxy.Host}:{proxy.Port}' does not answer";
        }
    }
}
