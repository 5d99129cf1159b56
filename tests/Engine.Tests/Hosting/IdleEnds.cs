using System.Globalization;
using System.Text.Json.Nodes;
using Engine.Tests.Controllers;
using Kontrakt.Engine.Hosting;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Engine.Tests.Hosting;

/// <summary>When an engine that nobody uses ends.</summary>
[TestClass]
public sealed class IdleEnds
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(15);
    private readonly SteppedTime time = new();
    private readonly ObjectStore store = new();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task ComeWhenTheTimeIsOver()
    {
        var end = Start().WaitAsync(TestContext.CancellationToken);

        Pass(14);
        Assert.IsFalse(end.IsCompleted);
        Pass(1);
        await end;
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreCountedFromTheEndOfTheLastRequest()
    {
        var idle = Start();
        var end = idle.WaitAsync(TestContext.CancellationToken);
        var answered = new TaskCompletionSource();

        // A watch, of which the client reads for an hour.
        var watch = idle.CountAsync(new DefaultHttpContext(), _ => answered.Task);
        Pass(60);
        Assert.IsFalse(end.IsCompleted, "it is in use");
        answered.SetResult();
        await watch;
        Pass(14);
        Assert.IsFalse(end.IsCompleted, "it was in use 14 minutes ago");
        Pass(15);
        await end;
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task WaitForNamespacesThatAreKept()
    {
        Keep("kept", time.GetUtcNow() + TimeSpan.FromHours(1));
        Keep("kept-less", time.GetUtcNow() + TimeSpan.FromMinutes(1));
        var end = Start().WaitAsync(TestContext.CancellationToken);

        Pass(59);
        Assert.IsFalse(end.IsCompleted);
        Pass(1);
        await end;
    }

    private IdleWatch Start() => new(store, IdleTime, time);

    private void Pass(int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
            time.Advance(TimeSpan.FromMinutes(1));
    }

    private void Keep(string name, DateTimeOffset until) => TestCluster.Empty(store, time).Create(Kinds.Namespace, "", new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["kontrakt/expires"] = until.ToString("O", CultureInfo.InvariantCulture) } },
    });
}
