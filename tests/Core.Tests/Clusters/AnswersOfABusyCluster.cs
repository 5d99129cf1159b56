using System.Net;
using System.Net.Sockets;
using System.Text;
using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Tests.Clusters;

/// <summary>The first request of a run finds out whether its cluster can be reached; one that is busy can.</summary>
[TestClass]
public sealed class AnswersOfABusyCluster
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(429, "60")]
    [DataRow(429, null)]
    [DataRow(503, "60")]
    public async Task ThatAsksToComeAgainIsReachable(int code, string? retryAfter)
    {
        using var server = new BusyServer(code, retryAfter);

        await Reachability.CheckAsync(server.Connection, TestContext.CancellationToken);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ThatIsOutOfOrderIsNot()
    {
        using var server = new BusyServer(503, retryAfter: null);

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => Reachability.CheckAsync(server.Connection, TestContext.CancellationToken));

        Assert.IsTrue(error.Is(Ktr.ClusterUnreachable), error.Message);
        StringAssert.Contains(error.Message, "come again");
    }

    /// <summary>Answers every request with the same status.</summary>
    private sealed class BusyServer : IDisposable
    {
        private readonly HttpListener _listener;

        public BusyServer(int code, string? retryAfter)
        {
            (_listener, Connection) = Listen();
            _ = AnswerAsync(code, retryAfter);
        }

        public ClusterConnection Connection { get; }

        public void Dispose() => _listener.Close();

        private async Task AnswerAsync(int code, string? retryAfter)
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                context.Response.StatusCode = code;
                context.Response.ContentType = "application/json";
                if (retryAfter is not null)
                    context.Response.Headers["Retry-After"] = retryAfter;
                context.Response.Close(Encoding.UTF8.GetBytes($$"""{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Busy","message":"come again","code":{{code}}}"""), willBlock: false);
            }
        }

        /// <summary>On a port that was free a moment ago; another one where somebody else was faster.</summary>
        private static (HttpListener, ClusterConnection) Listen()
        {
            for (var attempt = 0; ; attempt++)
            {
                using var free = new TcpListener(IPAddress.Loopback, 0);
                free.Start();
                var address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
                free.Stop();
                var listener = new HttpListener { Prefixes = { address } };
                try
                {
                    listener.Start();
                    return (listener, new() { Name = "busy", Server = new(address), Identity = new ClusterIdentity.Anonymous() });
                }
                catch (HttpListenerException) when (attempt < 5)
                {
                    listener.Close();
                }
            }
        }
    }
}
