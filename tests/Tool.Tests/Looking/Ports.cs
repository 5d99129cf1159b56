using System.Net;
using System.Net.Sockets;
using Kontrakt.Tests;

namespace Tool.Tests.Looking;

/// <summary>kontrakt port-forward.</summary>
[TestClass]
public sealed class Ports
{
    private const int Sigint = 2;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("engine", "svc/web", ":80")]
    [DataRow("engine", "pod/web", "0:8080")]
    [DataRow("cluster", "svc/web", ":http")]
    [DataRow("cluster", "pod/web", ":http")]
    public async Task LeadToAPodUntilCtrlC(string where, string name, string port)
    {
        var kept = await KeptOrders.OnAsync(where);
        var answered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);

        var outcome = await kept.StartAsync(TestContext.CancellationToken, (tool, line) =>
        {
            if (line.StartsWith("127.0.0.1:", StringComparison.Ordinal))
                _ = AskAsync(tool, line.Split('\t')[0], answered);
        }, "port-forward", "orders", name, port);

        Assert.AreEqual(130, outcome.ExitCode, outcome.Log);
        Assert.AreEqual("hello\n", await answered.Task, outcome.Log);
        Assert.Contains($"\torders/{name.Replace("svc", "service", StringComparison.Ordinal)}:{port.Split(':')[1]}\n", outcome.Output);
    }

    [TestMethod]
    [Timeout(300_000)]
    [DataRow("engine")]
    [DataRow("cluster")]
    public async Task ThatCannotBeUsedSayWhy(string where)
    {
        var kept = await KeptOrders.OnAsync(where);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (_, inUse) = await kept.TypeAsync(1, "port-forward", "svc/web", $"{port}:80");
        var (_, ended) = await kept.TypeAsync(1, "port-forward", "orders/pod/smoke", ":80");
        var (_, unknown) = await kept.TypeAsync(2, "port-forward", "svc/web", ":81");
        var (_, unnamed) = await kept.TypeAsync(2, "port-forward", "pod/web", ":htpp");
        var (_, malformed) = await kept.TypeAsync(2, "port-forward", "pod/web", "80:99999");
        var (_, none) = await kept.TypeAsync(2, "port-forward", "orders", "pod/web");

        Assert.Contains($"error KTR3044: port {port} of this machine cannot be used: ", inUse);
        Assert.Contains("error KTR3042: orders/pod/smoke cannot be used for this: orders/pod/smoke does not run (Failed: ", ended);
        Assert.Contains("error KTR1202: ':81' cannot be forwarded: orders/service/web has no port '81'; its ports: http (80).", unknown);
        Assert.Contains("error KTR1202: ':htpp' cannot be forwarded: no container of orders/pod/web has a port named 'htpp'; named ports: http (8080).", unnamed);
        Assert.Contains("error KTR1202: '80:99999' cannot be forwarded: '99999' is not a port of 1 to 65535.", malformed);
        Assert.Contains("error KTR1203: kontrakt port-forward: no port is given", none);
    }

    private async Task AskAsync(ToolProcess tool, string address, TaskCompletionSource<string> answered)
    {
        try
        {
            using var client = new HttpClient();
            answered.SetResult(await client.GetStringAsync(new Uri($"http://{address}/index.html"), TestContext.CancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            answered.SetException(e);
        }
        finally
        {
            tool.Signal(Sigint);
        }
    }
}
