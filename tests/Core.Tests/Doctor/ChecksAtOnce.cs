using Kontrakt.Diagnostics;
using Kontrakt.Doctor;

namespace Kontrakt.Tests.Doctor;

[TestClass]
public sealed class ChecksAtOnce
{
    [TestMethod, Timeout(60_000)]
    public async Task EachHaveAResultWhereOneBreaksAndOneNeverEnds()
    {
        Check[] checks =
        [
            new("broken", _ => throw new InvalidOperationException("nobody thought of this")),
            new("endless", _ => new TaskCompletionSource<Finding>().Task) { Limit = TimeSpan.FromMilliseconds(20) },
            new("refused", _ => throw Ktr.RepositoryMissing.Error(null)) { Remedy = "set it" },
            new("fine", _ => Task.FromResult(Finding.Ok("all there"))),
        ];

        var results = await MakeAsync(checks);

        CollectionAssert.AreEqual(new[] { "broken failed", "endless failed", "refused failed", "fine ok" }, results.Select(result => $"{result.Name} {result.Word}").ToArray());
        Assert.Contains("InvalidOperationException: nobody thought of this", results[0].Seen);
        Assert.AreEqual("no answer within 0.02 s", results[1].Seen);
        Assert.AreEqual("KTR1009", results[2].Code);
        Assert.AreEqual("set it", results[2].Remedy);
        Assert.AreEqual("ok       fine: all there", results[3].ToString());
    }

    /// <summary>One after the other they would wait for ever.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task DoNotWaitForEachOther()
    {
        TaskCompletionSource first = new(), second = new();
        Check[] checks =
        [
            new("first", async token => { first.SetResult(); await second.Task.WaitAsync(token); return Finding.Ok("met"); }),
            new("second", async token => { second.SetResult(); await first.Task.WaitAsync(token); return Finding.Ok("met"); }),
        ];

        var results = await MakeAsync(checks);

        Assert.IsTrue(results.All(result => result.State == CheckState.Ok), string.Join('\n', results));
    }

    /// <summary>One that ignores its token and blocks its thread is given up, too.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task AreGivenUpWhereTheyBlock()
    {
        using var end = new ManualResetEventSlim();
        Check[] checks = [new("blocked", _ => { end.Wait(CancellationToken.None); return Task.FromResult(Finding.Ok("")); }) { Limit = TimeSpan.FromMilliseconds(20) }];

        var results = await MakeAsync(checks);
        end.Set();

        Assert.AreEqual(CheckState.Failed, results.Single().State);
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreALineEachWithoutCredentials()
    {
        Check[] checks = [new("proxy", _ => Task.FromResult(Finding.Warning("http://ada:secret@proxy:1\r\n  refused\u001b[31m", "unset\nit")))];

        var result = (await MakeAsync(checks)).Single();

        Assert.AreEqual("warning  proxy: http://***@proxy:1 refused. To fix: unset it", result.ToString());
    }

    [TestMethod, Timeout(60_000)]
    public async Task EndWhenTheCallerDoes()
    {
        using var end = new CancellationTokenSource();
        Check[] checks = [new("endless", async token => { await end.CancelAsync(); await new TaskCompletionSource().Task.WaitAsync(token); return Finding.Ok(""); })];

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await Check.MakeAllAsync(checks, end.Token).ToListAsync(CancellationToken.None));
    }

    private static async Task<List<CheckResult>> MakeAsync(Check[] checks) => await Check.MakeAllAsync(checks, CancellationToken.None).ToListAsync();
}
