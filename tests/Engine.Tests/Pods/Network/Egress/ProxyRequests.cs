using System.Text;
using Kontrakt.Engine.Pods.Network.Egress;

namespace Engine.Tests.Pods.Network.Egress;

/// <summary>What clients send to a proxy is read as it is meant, passed on without what is for the proxy alone, and refused where it could be read in two ways.</summary>
[TestClass]
public sealed class ProxyRequests
{
    [TestMethod]
    [DataRow("CONNECT shop.example.com:443 HTTP/1.1", "tunnel shop.example.com:443")]
    [DataRow("CONNECT [2001:db8::1]:8443 HTTP/1.1", "tunnel [2001:db8::1]:8443")]
    [DataRow("GET http://shop.example.com/a?b=c HTTP/1.1", "shop.example.com:80 /a?b=c")]
    [DataRow("GET http://shop.example.com:8080 HTTP/1.0", "shop.example.com:8080 /")]
    [DataRow("GET http://10.1.2.3/ HTTP/1.1", "10.1.2.3:80 /")]
    [DataRow("GET http://b\u00fccher.example/ HTTP/1.1", "xn--bcher-kva.example:80 /")]
    public void AreRead(string line, string expected)
    {
        var request = Parse($"{line}\r\nHost: x\r\n\r\n");

        Assert.AreEqual(expected, request.IsTunnel ? $"tunnel {request.Authority}" : $"{request.Authority} {request.Path}");
    }

    [TestMethod]
    [DataRow("GET / HTTP/1.1\r\n\r\n")]
    [DataRow("GET https://shop.example.com/ HTTP/1.1\r\n\r\n")]
    [DataRow("GET ftp://shop.example.com/ HTTP/1.1\r\n\r\n")]
    [DataRow("CONNECT shop.example.com HTTP/1.1\r\n\r\n")]
    [DataRow("CONNECT shop.example.com:0x50 HTTP/1.1\r\n\r\n")]
    [DataRow("CONNECT shop.example.com:443/path HTTP/1.1\r\n\r\n")]
    [DataRow("CONNECT user@shop.example.com:443 HTTP/1.1\r\n\r\n")]
    [DataRow("CONNECT shop.example.com:70000 HTTP/1.1\r\n\r\n")]
    [DataRow("GET http://a/ HTTP/1.1\r\nA: b\r\n folded\r\n\r\n")]
    [DataRow("GET http://a/ HTTP/1.1\r\nno name\r\n\r\n")]
    [DataRow("GET http://a/ HTTP/1.1\r\nA: b\nContent-Length: 9\r\n\r\n")]
    [DataRow("GET http://a/ HTTP/2.0\r\n\r\n")]
    [DataRow("GET http://a/ HTTP/1.1x\r\n\r\n")]
    [DataRow("GET\thttp://127.0.0.1/\tHTTP/1.1\nX: http://a/ HTTP/1.1\r\n\r\n")]
    [DataRow("GET http://a/ HTTP/1.1\r\nConnection : keep-alive\r\n\r\n")]
    [DataRow("TRACE http://a/ HTTP/1.1\r\n\r\n")]
    [DataRow("\r\n\r\n")]
    public void AreRefused(string head)
    {
        Assert.ThrowsExactly<FormatException>(() => Parse(head));
    }

    [TestMethod]
    public void AreOneToAConnectionAndKeepWhatIsForTheServer()
    {
        var request = Parse("POST http://shop.example.com/a HTTP/1.1\r\nHost: shop.example.com\r\nProxy-Authorization: Basic eA==\r\nProxy-Connection: keep-alive\r\nConnection: keep-alive\r\nX: y\r\nContent-Length: 2\r\n\r\n", "ok");

        Assert.AreEqual("POST /a HTTP/1.1\r\nHost: shop.example.com\r\nX: y\r\nContent-Length: 2\r\nConnection: close\r\n\r\n", Encoding.Latin1.GetString(request.HeadForServer()));
        Assert.AreEqual("ok", Encoding.Latin1.GetString(request.Rest.Span));
    }

    [TestMethod]
    public void MayUpgrade()
    {
        var request = Parse("GET http://shop.example.com/ws HTTP/1.1\r\nHost: shop.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");

        Assert.AreEqual("GET /ws HTTP/1.1\r\nHost: shop.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", Encoding.Latin1.GetString(request.HeadForServer()));
    }

    /// <summary>The connection would be open for a next request that nobody has looked at.</summary>
    [TestMethod]
    public void DoNotUpgradeByAnotherProxy()
    {
        var request = Parse("GET http://shop.example.com/ws HTTP/1.1\r\nHost: shop.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");

        Assert.AreEqual("GET http://shop.example.com:80/ws HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n", Encoding.Latin1.GetString(request.HeadForProxy(null)));
    }

    /// <summary>Another name in the field could lead a server to what nobody has looked at.</summary>
    [TestMethod]
    [DataRow("http://shop.example.com/a", "Host: other.example\r\nHost: third.example\r\n", "shop.example.com")]
    [DataRow("http://shop.example.com:8080/a", "", "shop.example.com:8080")]
    [DataRow("http://[2001:db8::1]/a", "Host: x\r\n", "[2001:db8::1]")]
    public void NameTheHostThatIsAskedFor(string target, string fields, string expected)
    {
        Assert.AreEqual($"GET /a HTTP/1.1\r\nHost: {expected}\r\nConnection: close\r\n\r\n", Encoding.Latin1.GetString(Parse($"GET {target} HTTP/1.1\r\n{fields}\r\n").HeadForServer()));
    }

    /// <summary>A client of HTTP/1.0 does not read an answer in chunks.</summary>
    [TestMethod]
    public void KeepTheirVersion()
    {
        var request = Parse("GET http://shop.example.com/a HTTP/1.0\r\n\r\n");

        Assert.AreEqual("GET /a HTTP/1.0\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n", Encoding.Latin1.GetString(request.HeadForServer()));
        Assert.StartsWith("GET http://shop.example.com:80/a HTTP/1.0\r\n", Encoding.Latin1.GetString(request.HeadForProxy(null)));
    }

    private static ProxyRequest Parse(string head, string rest = "") => ProxyRequest.Parse(Encoding.Latin1.GetBytes(head), Encoding.Latin1.GetBytes(rest));
}
