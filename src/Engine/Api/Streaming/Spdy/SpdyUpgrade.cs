using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Kontrakt.Engine.Api.Streaming.Spdy;

/// <summary>Turns a request into a SPDY/3.1 connection. kubectl tries it inside a WebSocket first, from 1.31 on, and then so.</summary>
internal static class SpdyUpgrade
{
    private const string Name = "SPDY/3.1";
    private const string ProtocolHeader = "X-Stream-Protocol-Version";

    /// <param name="protocol">What is to be spoken over the streams.</param>
    public static bool IsAsked(HttpContext http, string protocol) =>
        Name.Equals(http.Request.Headers.Upgrade.ToString(), StringComparison.OrdinalIgnoreCase) && Upgrade(http).IsUpgradableRequest && Offered(http).Contains(protocol);

    public static async Task<Stream> AcceptAsync(HttpContext http, string protocol)
    {
        http.Response.Headers.Upgrade = Name;
        http.Response.Headers[ProtocolHeader] = protocol;
        return await Upgrade(http).UpgradeAsync();
    }

    private static IHttpUpgradeFeature Upgrade(HttpContext http) => http.Features.GetRequiredFeature<IHttpUpgradeFeature>();

    private static IEnumerable<string> Offered(HttpContext http) =>
        http.Request.Headers[ProtocolHeader].OfType<string>().SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries));
}
