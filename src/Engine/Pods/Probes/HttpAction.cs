using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>httpGet, of probes and of hooks.</summary>
internal sealed class HttpAction(PodDialer dialer)
{
    private const int MostRedirects = 10;
    private const int MostBody = 10 * 1024;

    /// <param name="action">scheme, host, port, path and headers.</param>
    public async Task<ProbeOutcome> GetAsync(ContainerDefinition container, JsonObject action, IPAddress address, CancellationToken cancellationToken)
    {
        if (ContainerPorts.Find(container, action["port"]) is not { } port)
            return new(false, $"couldn't find port: {action["port"]} in container {container.Name}", Errored: true);
        var host = action["host"]?.ToString() is { Length: > 0 } named ? named : address.ToString();
        var scheme = action["scheme"]?.ToString().ToUpperInvariant() == "HTTPS" ? "https" : "http";
        var path = action["path"]?.ToString() ?? "/";
        var text = $"{scheme}://{host}:{port.ToString(CultureInfo.InvariantCulture)}{(path.StartsWith('/') ? "" : "/")}{path}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
            return new(false, $"parse \"{text}\": invalid URL", Errored: true);
        return await GetAsync(url, action, IPAddress.TryParse(host, out var other) ? other : address, cancellationToken);
    }

    private async Task<ProbeOutcome> GetAsync(Uri url, JsonObject action, IPAddress address, CancellationToken cancellationToken)
    {
        using var client = Client(address);
        var asked = url;
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                using var request = Request(url, action);
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                await DrainAsync(response, cancellationToken);
                var status = (int)response.StatusCode;
                if (status is < 200 or >= 400)
                    return new(false, $"HTTP probe failed with statuscode: {status}");
                // One that leads to another host is as good as an answer: the kubelet does not follow it.
                if (status < 300 || redirects == MostRedirects || Next(url, response) is not { } next)
                    return ProbeOutcome.Passed;
                url = next;
            }
        }
        catch (HttpRequestException e)
        {
            return new(false, $"Get \"{asked}\": {Innermost(e)}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(false, $"Get \"{asked}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
    }

    private HttpClient Client(IPAddress address) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = async (context, cancellationToken) =>
            new NetworkStream(await dialer.ConnectAsync(new(address, context.DnsEndPoint.Port), cancellationToken), ownsSocket: true),
#pragma warning disable CA5359 // The kubelet does not check whose certificate it is, either: a pod's address is in none.
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    });

    private static HttpRequestMessage Request(Uri url, JsonObject action)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.31");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        foreach (var header in (action["httpHeaders"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var (name, value) = (header["name"]?.ToString() ?? "", header["value"]?.ToString() ?? "");
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
                request.Headers.Host = value;
            else
                request.Headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    private static Uri? Next(Uri url, HttpResponseMessage response) =>
        response.Headers.Location is { } location && new Uri(url, location) is { Scheme: "http" or "https" } next && next.Host == url.Host ? next : null;

    private static async Task DrainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostBody];
        await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
    }

    private static string Innermost(Exception e) => e is HttpRequestException { InnerException: { } inner } ? Innermost(inner) : e.Message;
}
