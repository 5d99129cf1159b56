using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Network.Dns;
using Kontrakt.Engine.Pods.Network.Egress;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Tests.Pods.Network.Egress;

/// <summary>A pod whose namespace allows it reaches the outside by the proxy, and nothing of the machine that is not named; the others learn why not.</summary>
[TestClass]
public sealed class TheWayOut : IAsyncDisposable
{
    private const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    private readonly NodeNetwork node = NetworkRights.OrSkip(NodeNetwork.Create);
    private readonly CancellationTokenSource stop = new();
    private readonly ClusterObjects objects = TestCluster.WithNamespace();
    private readonly Socket outside = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly PodNetwork pods;
    private readonly Task served;
    private IWebProxy machines = new WebProxy();
    private bool engines;

    public TheWayOut()
    {
        pods = new(node);
        outside.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        outside.Listen();
        var dialer = new OutsideDialer(node, new(objects.Store), _ => engines, () => machines);
        served = new EgressProxy(node, pods, dialer, objects.Store, new(pods, objects.Store, new(objects, "egress")), NullLogger.Instance).RunAsync(stop.Token);
    }

    private int Port => ((IPEndPoint?)outside.LocalEndPoint)?.Port ?? 0;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await served;
        outside.Dispose();
        node.Dispose();
        stop.Dispose();
    }

    [TestMethod, Timeout(60_000)]
    public async Task LeadsToWhatIsNamed()
    {
        Allow($"127.0.0.1:{Port}");

        var answer = AskAsync($"GET http://127.0.0.1:{Port}/path HTTP/1.1\r\nHost: x\r\nProxy-Connection: close\r\n\r\n");
        var seen = await AnswerAsync(Hello);

        Assert.AreEqual(Hello, await answer);
        Assert.AreEqual($"GET /path HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nConnection: close\r\n\r\n", seen);
    }

    [TestMethod, Timeout(60_000)]
    public async Task CarriesTunnels()
    {
        Allow("127.0.0.0/8");

        var answer = AskAsync($"CONNECT 127.0.0.1:{Port} HTTP/1.1\r\nHost: x\r\n\r\nfirst bytes");
        var seen = await AnswerAsync("of the server");

        Assert.AreEqual("HTTP/1.1 200 Connection Established\r\n\r\nof the server", await answer);
        Assert.AreEqual("first bytes", seen);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("kontrakt/egress", "", "403", "127.0.0.1:PORT is 127.0.0.1, which is an address of this machine or of a private network: KontraktEgressAllow names those that pods may reach")]
    [DataRow("kontrakt/egress", "false", "403", "127.0.0.1:PORT is 127.0.0.1, which is an address of this machine or of a private network: KontraktEgressAllow names those that pods may reach")]
    [DataRow("kontrakt/egress", "true", "403", "127.0.0.1:PORT is 127.0.0.1, which is an address of this machine or of a private network: KontraktEgressAllow names those that pods may reach")]
    [DataRow("kontrakt/egress-allow", "127.0.0.1:1", "403", "127.0.0.1:PORT is 127.0.0.1, which is an address of this machine or of a private network: KontraktEgressAllow names those that pods may reach")]
    public async Task IsClosedToTheRestAndSaysWhy(string annotation, string value, string code, string why)
    {
        Annotate(annotation, value);

        var answer = await AskAsync($"GET http://127.0.0.1:{Port}/ HTTP/1.1\r\nHost: x\r\n\r\n");

        var expected = why.Replace("PORT", $"{Port}", StringComparison.Ordinal);
        Assert.StartsWith($"HTTP/1.1 {code} {expected}\r\n", answer);
        Assert.EndsWith($"\r\n\r\nkontrakt: {expected}\n", answer);
        Assert.AreEqual($"Warning EgressRefused asked for {expected}", Events());
    }

    [TestMethod, Timeout(60_000)]
    public async Task IsClosedToPublicAddressesByTheOtherSetting()
    {
        Allow("127.0.0.1");

        Assert.StartsWith("HTTP/1.1 403 203.0.113.7:80 is outside of the engine, and pods of this namespace reach nothing there: KontraktEgress=true lets them\r\n", await AskAsync("GET http://203.0.113.7/ HTTP/1.1\r\n\r\n"));
    }

    /// <summary>A reset would take the answer away before the client has read it.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task AnswersAlsoWhoSendsABodyThatNobodyReads()
    {
        var body = new string('x', 600_000);

        var answer = await AskAsync($"POST http://127.0.0.1:{Port}/ HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        Assert.StartsWith("HTTP/1.1 403 ", answer);
        Assert.EndsWith("those that pods may reach\n", answer);
    }

    [TestMethod, Timeout(60_000)]
    public async Task NeverLeadsToTheEngineItself()
    {
        Allow("127.0.0.0/8");
        engines = true;

        Assert.StartsWith($"HTTP/1.1 403 127.0.0.1:{Port} is the engine itself\r\n", await AskAsync($"CONNECT 127.0.0.1:{Port} HTTP/1.1\r\n\r\n"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("GET http://does-not-exist.invalid/ HTTP/1.1\r\n\r\n", "HTTP/1.1 502 the name of does-not-exist.invalid:80 does not exist, as this machine resolves names\r\n")]
    [DataRow("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 this is a proxy: it takes CONNECT host:port, and requests for http://host/path\r\n")]
    [DataRow("CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n", "HTTP/1.1 502 127.0.0.1:1 cannot be reached from this machine: Connection refused\r\n")]
    public async Task SaysWhatGoesWrong(string request, string expected)
    {
        Allow("127.0.0.1");
        Annotate("kontrakt/egress", "true");

        Assert.StartsWith(expected, await AskAsync(request));
    }

    [TestMethod, Timeout(60_000)]
    public async Task EndsForWhoSendsTooMuch()
    {
        Assert.StartsWith("HTTP/1.1 400 the head of the request is longer than 64 KiB\r\n", await AskAsync($"GET http://x/ HTTP/1.1\r\nX: {new string('x', 70_000)}"));
    }

    /// <summary>A program that proxies everything proxies its calls to Services too.</summary>
    [TestMethod, Timeout(60_000)]
    [DataRow("web")]
    [DataRow("web.ns")]
    [DataRow("web.ns.svc")]
    [DataRow("web.ns.svc.cluster.local")]
    public async Task LeadsBackIntoTheClusterByEveryName(string name)
    {
        objects.Create(Kinds.Service, "ns", Json("""{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"clusterIP": "10.96.0.77", "ports": [{"port": 80}]}}"""));
        using var service = node.Listen(new(IPAddress.Parse("10.96.0.77"), 80));

        var answer = AskAsync($"GET http://{name}/ HTTP/1.1\r\n\r\n");
        var seen = await AnswerAsync(Hello, service);

        Assert.AreEqual(Hello, await answer);
        Assert.AreEqual($"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n", seen);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("CONNECT unknown.invalid:443 HTTP/1.1\r\n\r\nhello", "CONNECT unknown.invalid:443 HTTP/1.1\r\nHost: unknown.invalid:443\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n", "HTTP/1.1 200 Fine\r\nX: y\r\n\r\nfrom there", "HTTP/1.1 200 Connection Established\r\n\r\nfrom there")]
    [DataRow("GET http://unknown.invalid/a HTTP/1.1\r\nHost: unknown.invalid\r\n\r\n", "GET http://unknown.invalid:80/a HTTP/1.1\r\nHost: unknown.invalid\r\nConnection: close\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n", Hello, Hello)]
    [DataRow("CONNECT unknown.invalid:443 HTTP/1.1\r\n\r\n", "CONNECT unknown.invalid:443 HTTP/1.1\r\nHost: unknown.invalid:443\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n", "HTTP/1.1 407 Who?\r\n\r\n", "HTTP/1.1 502 unknown.invalid:443 cannot be reached from this machine: the machine's proxy answered 'HTTP/1.1 407 Who?'\r\n")]
    public async Task GoesByTheMachinesOwnProxyWhoseCredentialsNoPodSees(string request, string upstream, string reply, string expected)
    {
        Annotate("kontrakt/egress", "true");
        machines = new WebProxy($"http://127.0.0.1:{Port}") { Credentials = new NetworkCredential("user", "pass") };

        var answer = AskAsync(request);
        var seen = await AnswerAsync(reply);

        Assert.StartsWith(expected, await answer);
        Assert.AreEqual(upstream, seen);
        Assert.DoesNotContain("dXNlcjpwYXNz", await answer);
    }

    /// <summary>Only that proxy can resolve it: what is named is reached, and nothing else.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task GoesByTheMachinesOwnProxyToWhatIsNamed()
    {
        Allow("unknown.invalid:443");
        machines = new WebProxy($"http://127.0.0.1:{Port}");

        var answer = AskAsync("CONNECT unknown.invalid:443 HTTP/1.1\r\n\r\nhello");
        await AnswerAsync("HTTP/1.1 200 Fine\r\n\r\nfrom there");
        var other = await AskAsync("CONNECT unknown.invalid:80 HTTP/1.1\r\n\r\n");

        Assert.AreEqual("HTTP/1.1 200 Connection Established\r\n\r\nfrom there", await answer);
        Assert.StartsWith("HTTP/1.1 403 unknown.invalid:80 is outside of the engine", other);
    }

    /// <summary>service.namespace: nothing says that it is a host outside.</summary>
    [TestMethod, Timeout(60_000)]
    [DataRow("", "KontraktEgress=true lets pods reach it, by the proxy in HTTP_PROXY and HTTPS_PROXY")]
    [DataRow("127.0.0.1", "pods reach the outside by the proxy in HTTP_PROXY and HTTPS_PROXY only")]
    public async Task IsOnlyPerhapsWhatAMistypedServiceNeeds(string allowed, string rest)
    {
        Allow(allowed);
        await using var pod = await pods.AttachAsync(Pod(), CancellationToken.None);
        var notices = new EgressNotices(pods, objects.Store, new(objects, "egress"));

        notices.Asked(pod.Address, DnsName.Parse("redis.ns"));
        notices.Asked(pod.Address, DnsName.Parse("redis.cache"));

        Assert.AreEqual($"Warning EgressRefused asked for the address of 'redis.cache': the cluster has no Service 'redis' in a namespace 'cache'; if it is outside of the engine, {rest}", Events());
    }

    [TestMethod, Timeout(60_000)]
    public async Task IsNamedToWhoAsksForANameOutside()
    {
        await using var pod = await pods.AttachAsync(Pod(), CancellationToken.None);
        var notices = new EgressNotices(pods, objects.Store, new(objects, "egress"));

        foreach (var name in (string[])["api.github.com.ns.svc.cluster.local", "api.github.com", "API.github.com", "webb", "webb.ns.svc", "host.docker.internal"])
            notices.Asked(pod.Address, DnsName.Parse(name));
        notices.Asked(IPAddress.Parse("10.244.9.9"), DnsName.Parse("api.github.com"));

        Assert.AreEqual("Warning EgressRefused asked for the address of 'api.github.com', which is outside of the engine: KontraktEgress=true lets pods reach it, by the proxy in HTTP_PROXY and HTTPS_PROXY", Events());
    }

    [TestMethod, Timeout(60_000)]
    public void IsInTheVariablesOfPodsThatHaveOne()
    {
        Assert.IsEmpty(Variables("{}").Keys.Where(name => name.Contains("proxy", StringComparison.OrdinalIgnoreCase)));
        Annotate("kontrakt/egress", "true");
        objects.Create(Kinds.Service, "ns", Json("""{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}"""));

        var given = Variables("{}");
        var own = Variables("""{"env": [{"name": "http_proxy", "value": ""}, {"name": "SEEN", "value": "$(HTTPS_PROXY)"}]}""");

        Assert.AreEqual("http://10.96.0.11:3128 http://10.96.0.11:3128", $"{given["HTTP_PROXY"]} {given["https_proxy"]}");
        Assert.AreEqual("localhost,127.0.0.1,::1,.svc,.cluster.local,10.96.0.0/16,10.244.0.0/16,web,web.ns", given["NO_PROXY"]);
        Assert.AreEqual(", http://10.96.0.11:3128", $"{own["http_proxy"]}, {own["SEEN"]}");
        Assert.DoesNotContain("HTTP_PROXY", own.Keys);
    }

    private Dictionary<string, string> Variables(string container)
    {
        var pod = Pod(container);
        return new ContainerVariables(pod, pod.View, pod.Main[0], objects.Store, new(1, 1, 1, 1)).Read();
    }

    private PodDefinition Pod(string container = "{}")
    {
        var json = Json(container);
        (json["name"], json["image"]) = ("main", "x");
        return new(objects.Create(Kinds.Pod, "ns", new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = $"p-{Guid.NewGuid():N}" },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(json) },
        }));
    }

    private void Allow(string exceptions) => Annotate("kontrakt/egress-allow", exceptions);

    private void Annotate(string name, string value) => objects.Update(new(Kinds.Namespace, "", "ns"), item =>
    {
        var metadata = (JsonObject?)item["metadata"] ?? [];
        if (metadata["annotations"] is not JsonObject)
            metadata["annotations"] = new JsonObject();
        metadata["annotations"]?[name] = value;
    });

    private string Events() => string.Join('\n', objects.Store.List(Kinds.Event, "ns").Items.Select(each => $"{each.View.Text("type")} {each.View.Text("reason")} {each.View.Text("message")}"));

    /// <summary>From a pod of the namespace; all that it gets, once it has sent all it has.</summary>
    private async Task<string> AskAsync(string request)
    {
        await using var pod = await pods.AttachAsync(Pod(), CancellationToken.None);
        using var socket = await PodSockets.ConnectAsync(pod, new(ClusterAddresses.Egress, EgressProxy.Port));
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        return await ReadAsync(socket, "");
    }

    /// <summary>Outside: what the next one who calls has sent, up to the end of a head or of what the test sends in a tunnel.</summary>
    private async Task<string> AnswerAsync(string reply, Socket? at = null)
    {
        using var accepted = await (at ?? outside).AcceptAsync();
        var seen = await ReadAsync(accepted, "\r\n\r\n", "first bytes");
        await accepted.SendAsync(Encoding.Latin1.GetBytes(reply));
        return seen;
    }

    private static async Task<string> ReadAsync(Socket socket, params string[] ends)
    {
        var text = "";
        var buffer = new byte[4096];
        while (!ends.Any(end => end.Length > 0 && text.EndsWith(end, StringComparison.Ordinal)) && await socket.ReceiveAsync(buffer) is > 0 and var count)
            text += Encoding.Latin1.GetString(buffer, 0, count);
        return text;
    }

    private static JsonObject Json(string text) => (JsonObject?)JsonNode.Parse(text) ?? [];
}
