using System.Net;
using System.Security.Cryptography.X509Certificates;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Microsoft.AspNetCore.Http;

namespace Kubernetes.Tests.Client;

[TestClass]
public sealed class Watching
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task GoesOnWhereADroppedConnectionLeftOff(bool tls)
    {
        var heard = new TaskCompletionSource();
        using var certificate = tls ? TestCertificates.SelfSigned("localhost") : null;
        await using var server = await ServeAsync(certificate, [Answers.List(10, Answers.Pod("a", 5))],
            async context =>
            {
                await context.LineAsync(Answers.Event("BOOKMARK", "", 15) + Answers.Event("ADDED", "b", 17));
                await heard.Task;
                context.Abort();
            },
            context => context.LineAsync(Answers.Event("MODIFIED", "a", 18)));

        var seen = await ReadAsync(server, 4, change =>
        {
            if (change.Object?.Name == "b")
                heard.SetResult();
        });

        Assert.AreEqual("Added a, Synced, Added b, Modified a", seen);
        CollectionAssert.AreEqual(new[] { "10", "17" }, Versions(server));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task GoesOnBeforeALineThatBrokeOff()
    {
        await using var server = await ServeAsync([Answers.List(10)],
            context => context.LineAsync(Answers.Event("ADDED", "a", 11) + Answers.Event("BOOKMARK", "", 15) + "{\"type\":\"ADDED\",\"obj"),
            context => context.LineAsync(Answers.Event("ADDED", "b", 16)));

        var seen = await ReadAsync(server, 3);

        Assert.AreEqual("Synced, Added a, Added b", seen);
        CollectionAssert.AreEqual(new[] { "10", "15" }, Versions(server));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task TellsOnlyDifferencesAfterAnErrorLineThatSaysGone()
    {
        await using var server = await ServeAsync(
            [Answers.List(10, Answers.Pod("a", 5), Answers.Pod("b", 6), Answers.Pod("c", 7), Answers.Pod("d", 8)),
             Answers.List(20, Answers.Pod("a", 5), Answers.Pod("b", 16), Answers.Pod("d", 18, "another"), Answers.Pod("e", 19))],
            context => context.LineAsync("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}}""" + "\n"),
            context => context.LineAsync(Answers.Event("ADDED", "f", 21)));

        var seen = await ReadAsync(server, 11);

        Assert.AreEqual("Added a, Added b, Added c, Added d, Synced, Modified b, Deleted d, Added d, Added e, Deleted c, Added f", seen);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task ListsAnewWhenTheServerRefusesTheVersion()
    {
        await using var server = await ServeAsync([Answers.List(10, Answers.Pod("a", 5)), Answers.List(20, Answers.Pod("a", 5))],
            context => context.StatusAsync(410, "Expired"),
            context => context.LineAsync(Answers.Event("DELETED", "a", 21)));

        var seen = await ReadAsync(server, 3);

        Assert.AreEqual("Added a, Synced, Deleted a", seen);
        CollectionAssert.AreEqual(new[] { "10", "20" }, Versions(server));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    [DataRow(false)]
    [DataRow(true)]
    public async Task SurvivesAServerThatIsBusyOrAway(bool tls)
    {
        using var certificate = tls ? TestCertificates.SelfSigned("localhost") : null;
        await using var server = await ServeAsync(certificate, [Answers.List(10, Answers.Pod("a", 5))],
            context => context.StatusAsync(429, "TooManyRequests"),
            context =>
            {
                context.Abort();
                return Task.CompletedTask;
            },
            _ => Task.CompletedTask,
            context => context.LineAsync(Answers.Event("MODIFIED", "a", 11)));

        Assert.AreEqual("Added a, Synced, Modified a", await ReadAsync(server, 3));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task EndsWithARefusal()
    {
        await using var server = await ServeAsync([Answers.List(10)], context => context.StatusAsync(403, "Forbidden"));

        var refused = await Assert.ThrowsExactlyAsync<KubernetesException>(() => ReadAsync(server, 2));

        Assert.AreEqual(HttpStatusCode.Forbidden, refused.Code);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task EndsWhenTheServerStaysAwayLongerThanTheBudget()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.StatusAsync(503, "ServiceUnavailable"));
        using var client = server.Client(options: new() { RetryBudget = TimeSpan.FromSeconds(1) });

        var failure = await Assert.ThrowsExactlyAsync<KubernetesException>(() => ReadAsync(client, 1));

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, failure.Code);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task DoesNotRepeatWhatItAlreadyTold()
    {
        await using var server = await ServeAsync([Answers.List(10, Answers.Pod("a", 5))],
            async context =>
            {
                await context.LineAsync(Answers.Event("ADDED", "a", 5));
                await context.LineAsync(Answers.Event("DELETED", "unheard-of", 11));
                await context.LineAsync(Answers.Event("MODIFIED", "b", 12));
            });

        Assert.AreEqual("Added a, Synced, Added b", await ReadAsync(server, 3));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task StopsWhenCancelled()
    {
        await using var server = await ServeAsync([Answers.List(10)]);
        using var client = server.Client();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(ApiResource.Pods, new("n"), cancel.Token))
                await cancel.CancelAsync();
        });
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task OfAListBeginsAnewWhenItsVersionIsForgotten()
    {
        await using var server = await ScriptedServer.StartAsync((context, count) => count switch
        {
            1 => context.JsonAsync(Answers.List(10, "next", [Answers.Pod("a", 1), Answers.Pod("b", 2)])),
            2 => context.StatusAsync(410, "Expired"),
            _ => context.JsonAsync(Answers.List(20, Answers.Pod("a", 1), Answers.Pod("b", 2), Answers.Pod("c", 3))),
        });
        using var client = server.Client();

        var names = new List<string>();
        await foreach (var item in client.ListAsync(ApiResource.Pods, new("n") { PageSize = 2 }, Token))
            names.Add(item.Name);

        Assert.AreEqual("a b c", string.Join(" ", names));
    }

    /// <summary>Lists in turn (the last again and again), and watches in turn; after the last one a watch that stays silent.</summary>
    private static Task<ScriptedServer> ServeAsync(string[] lists, params Func<HttpContext, Task>[] watches) => ServeAsync(null, lists, watches);

    private static Task<ScriptedServer> ServeAsync(X509Certificate2? certificate, string[] lists, params Func<HttpContext, Task>[] watches)
    {
        var (listed, watched) = (0, 0);
        return ScriptedServer.StartAsync((context, _) => context.Request.Query.ContainsKey("watch")
            ? watched < watches.Length ? watches[watched++](context) : context.StayOpenAsync()
            : context.JsonAsync(lists[Math.Min(listed++, lists.Length - 1)]), certificate);
    }

    private async Task<string> ReadAsync(ScriptedServer server, int count, Action<WatchEvent>? hear = null)
    {
        using var client = server.Client();
        return await ReadAsync(client, count, hear);
    }

    private async Task<string> ReadAsync(ClusterClient client, int count, Action<WatchEvent>? hear = null)
    {
        var seen = new List<string>();
        await foreach (var change in client.WatchAsync(ApiResource.Pods, new("n"), Token))
        {
            seen.Add($"{change.Type} {change.Object?.Name}".Trim());
            hear?.Invoke(change);
            if (seen.Count == count)
                break;
        }
        return string.Join(", ", seen);
    }

    private static string[] Versions(ScriptedServer server) =>
        [.. server.Requests.Where(request => request.Contains("watch=true", StringComparison.Ordinal)).Select(request => request.Split("resourceVersion=")[1])];
}
