using Kontrakt.Diagnostics;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Runs;

/// <summary>The record of a run, as a later process finds it.</summary>
[TestClass]
public sealed class Records
{
    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow("{ nonsense")]
    [DataRow("null")]
    [DataRow("{}")]
    [DataRow("""{"version":2,"id":"x","started":"2026-01-01T00:00:00Z","directory":"/"}""")]
    [DataRow("""{"version":1,"id":"x","started":"2026-01-01T00:00:00Z","directory":"/","kontrakts":null}""")]
    [DataRow("""{"version":1,"id":"x","started":"2026-01-01T00:00:00Z","directory":"/","kontrakts":[{"name":"k","directory":"/","files":null}]}""")]
    public void ThatCannotBeReadAreNoDefect(string text)
    {
        using var root = new TempFolder();
        root.Write("x/run.json", text);

        var e = Assert.ThrowsExactly<KontraktException>(() => RunStore.Open(root.Path, "x", RunStep.Apply));

        Assert.AreEqual("KTR1023", e.Diagnostics.Single().Code);
    }

    [TestMethod, Timeout(60_000)]
    public void WithoutWhatLaterVersionsAddedCanBeRead()
    {
        using var root = new TempFolder();
        root.Write("x/run.json", """{"version":1,"id":"x","started":"2026-01-01T00:00:00Z","directory":"/","kontrakts":[{"name":"k","directory":"/","files":[],"state":"waited"}],"later":1}""");

        var record = RunStore.Open(root.Path, "x", RunStep.Apply).Record;

        Assert.IsEmpty(record.Builds);
        Assert.IsEmpty(record.Images);
        Assert.IsEmpty(record.Steps);
        Assert.IsEmpty(record.Kontrakts.Single().Diagnostics);
        Assert.AreEqual(RunState.Waited, record.Kontrakts.Single().State);
    }

    [TestMethod, Timeout(60_000)]
    public void KeepHowTestsEnded()
    {
        using var root = new TempFolder();
        var store = RunStore.Begin(root.Path, new RunRecord
        {
            Id = "x",
            Started = DateTimeOffset.UtcNow,
            Directory = root.Path,
            Kontrakts = [new() { Name = "k", Directory = root.Path, Files = [] }],
        });
        var late = Ktr.NotReady.At(new("a.yaml", 3, 5), "deployment/web", "1 min", "0 of 1 pods are available", "KontraktTimeout");
        var waited = new WaitResult([late])
        {
            Ended = new Dictionary<string, TestOutcome>
            {
                ["job/good"] = new TestOutcome.Passed(TimeSpan.FromSeconds(2)),
                ["job/bad"] = new TestOutcome.Failed(TimeSpan.FromSeconds(3), "container 'c' ended with exit code 3", "bad-x", ["c"]),
                ["pod/slow"] = new TestOutcome.Running("Pending"),
            },
        };

        store.Update("k", record => record with { Waited = RunWait.From(waited) });
        var found = RunStore.Open(root.Path, null, RunStep.Wait).Record.Kontrakts[0].Waited!.ToResult();

        Assert.AreEqual(late.Message, found.Failures.Single().Message);
        Assert.AreEqual(("a.yaml", 3, 5), (found.Failures[0].Location!.File, found.Failures[0].Location!.Line, found.Failures[0].Location!.Column));
        Assert.HasCount(2, found.Ended);
        Assert.AreEqual(waited.Ended["job/good"], found.Ended["job/good"]);
        var failed = (TestOutcome.Failed)found.Ended["job/bad"];
        Assert.AreEqual("3 container 'c' ended with exit code 3 bad-x c", $"{failed.Duration.TotalSeconds} {failed.Message} {failed.Pod} {failed.Containers.Single()}");
    }
}
