using System.Net;
using System.Net.Sockets;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;
using Microsoft.AspNetCore.Http;

namespace Kubernetes.Tests.Client;

[TestClass]
public sealed class Retries
{
    private static readonly ResourceName Pod = new(ApiResource.Pods, "n", "p");

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(429)]
    [DataRow(500)]
    [DataRow(503)]
    public async Task RepeatAReadThatFailedForATime(int code)
    {
        var told = new List<string>();
        await using var server = await ScriptedServer.StartAsync((context, count) =>
            count < 3 ? context.StatusAsync(code, "Busy", "come again") : context.JsonAsync(Answers.Pod("p", 1)));
        using var client = server.Client(options: new() { OnRetry = told.Add });

        var found = await client.FindAsync(Pod, Token);

        Assert.AreEqual("p", found?.Name);
        Assert.HasCount(2, told);
        StringAssert.Contains(told[0], "come again");
    }

    /// <summary>A busy server turns away the first request that a run makes, and says when to come again.</summary>
    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ComeAgainWhenAServerThatIsTooBusySaysSo()
    {
        var told = new List<string>();
        await using var server = await ScriptedServer.StartAsync((context, count) =>
        {
            context.Response.Headers.RetryAfter = count == 1 ? "2" : null;
            return count == 1 ? context.StatusAsync(429, "TooManyRequests", "too many requests") : context.JsonAsync("""{"major":"1","minor":"34","gitVersion":"v1.34.0"}""");
        });
        using var client = server.Client(options: new() { OnRetry = told.Add });
        var clock = System.Diagnostics.Stopwatch.StartNew();

        var version = await client.GetVersionAsync(Token);

        Assert.AreEqual("v1.34.0", version.GitVersion);
        Assert.IsTrue(clock.Elapsed >= TimeSpan.FromSeconds(2), $"it came again after {clock.Elapsed}, sooner than it was told to");
        Assert.AreEqual("GET /version: too many requests; trying again in 2.0 s", told.Single());
        Assert.HasCount(2, server.Requests);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task RepeatAReadWhoseAnswerBrokeOff()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, count) =>
        {
            if (count == 1)
            {
                context.Response.ContentLength = 1000;
                await context.LineAsync("{\"kind\":");
                context.Abort();
                return;
            }
            await context.JsonAsync(Answers.Pod("p", 1));
        });
        using var client = server.Client();

        Assert.AreEqual("p", (await client.FindAsync(Pod, Token))?.Name);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(429, null, 2)]
    [DataRow(500, null, 1)]
    [DataRow(503, null, 1)]
    [DataRow(500, "0", 2)]
    public async Task RepeatACreationOnlyWhereItCannotHaveWorked(int code, string? retryAfter, int expected)
    {
        await using var server = await ScriptedServer.StartAsync((context, count) =>
        {
            context.Response.Headers.RetryAfter = count == 1 ? retryAfter : null;
            return count == 1 ? context.StatusAsync(code, "Busy") : context.JsonAsync(Answers.Pod("p", 1));
        });
        using var client = server.Client();

        try
        {
            await client.CreateAsync(ApiResource.Pods, "n", Cluster.Object(Answers.Pod("p", 1)), Token);
        }
        catch (KubernetesException e)
        {
            Assert.AreEqual(code, (int?)e.Code);
        }

        Assert.HasCount(expected, server.Requests);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task EndWithTheLastAnswerWhenTheBudgetIsUsedUp()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return context.StatusAsync(503, "ServiceUnavailable", "down for repair");
        });
        using var client = server.Client();

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.FindAsync(Pod, Token));

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, failure.Code);
        Assert.AreEqual("down for repair", failure.Message);
        Assert.AreEqual(TimeSpan.FromHours(1), failure.RetryAfter);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task EndAsAConnectionFailureWhereNobodyListens()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        using var client = new ClusterClient(
            new() { Name = "x", Server = new($"http://127.0.0.1:{port}"), Identity = new ClusterIdentity.Anonymous() }, new() { RetryBudget = TimeSpan.FromSeconds(1) });

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.FindAsync(Pod, Token));

        Assert.IsTrue(failure.IsConnectionFailure);
        Assert.AreEqual($"http://127.0.0.1:{port}: connection refused", failure.Message);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task EndAsAConnectionFailureWhereTheListenerNeverSpeaks()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var server = new Uri($"https://127.0.0.1:{((IPEndPoint)mute.LocalEndpoint).Port}");
        using var client = new ClusterClient(new() { Name = "x", Server = server, Identity = new ClusterIdentity.Anonymous() },
            new() { RetryBudget = TimeSpan.Zero, RequestTimeout = TimeSpan.FromSeconds(2) });

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.FindAsync(Pod, Token));

        StringAssert.EndsWith(failure.Message, "no connection within 1 s");
        Assert.IsTrue(failure is { IsConnectionFailure: true, IsTransient: true, IsTrustFailure: false });
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task RepeatAfterASilentServer()
    {
        await using var server = await ScriptedServer.StartAsync((context, count) =>
            count == 1 ? context.HangAsync() : context.JsonAsync(Answers.Pod("p", 1)));
        using var client = server.Client(options: new() { RequestTimeout = TimeSpan.FromSeconds(1) });

        Assert.AreEqual("p", (await client.FindAsync(Pod, Token))?.Name);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task StopAtOnceWhenCancelled()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var server = await ScriptedServer.StartAsync((context, _) =>
        {
            cancel.Cancel();
            return context.HangAsync();
        });
        using var client = server.Client();

        await Assert.ThrowsAsync<OperationCanceledException>(() => client.FindAsync(Pod, cancel.Token));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task TakeADeletionForDoneThatTheLostAnswerWasAbout()
    {
        await using var server = await ScriptedServer.StartAsync((context, count) =>
        {
            if (count > 1)
                return context.StatusAsync(404, "NotFound");
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = server.Client();

        Assert.IsTrue(await client.DeleteAsync(Pod, new(), Token));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreNotMadeForARefusal()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.StatusAsync(403, "Forbidden", "you may not"));
        using var client = server.Client();

        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.FindAsync(Pod, Token));

        Assert.AreEqual("you may not", refused.Message);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ShowWhatAGatewayAnsweredInPlaceOfTheServer()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = "https://login.example.org/?token=abc";
            return context.Response.WriteAsync("<html>log in</html>");
        });
        using var client = server.Client();

        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() => client.FindAsync(Pod, Token));

        StringAssert.Contains(refused.Message, "https://login.example.org/");
        StringAssert.Contains(refused.Message, "<html>");
        Assert.IsFalse(refused.Message.Contains("abc", StringComparison.Ordinal), refused.Message);
        Assert.IsFalse(refused.Message.Contains("secret-token", StringComparison.Ordinal), refused.Message);
    }
}
