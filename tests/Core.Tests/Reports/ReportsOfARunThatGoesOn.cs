using Kontrakt.Diagnostics;
using Kontrakt.Reports;
using Kontrakt.Runs;
using Kontrakt.Settings;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Reports;

/// <summary>What is on disk while a run goes on, in case its process is killed.</summary>
[TestClass]
public sealed class ReportsOfARunThatGoesOn
{
    private static readonly RunEvent Ended = new RunEvent.KontraktEnded("web", true, TimeSpan.Zero);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task TakeThePlaceOfAnEarlierRunsWhenItBegins()
    {
        using var run = new SampleRun();
        var settings = All(run);
        foreach (var file in Files(settings))
            File.WriteAllText(file, "an earlier run");

        await using var running = new ReportedRun(new ListLog());
        running.Begin(settings);

        foreach (var file in Files(settings))
            Assert.DoesNotContain("an earlier run", File.ReadAllText(file), file);
        Assert.Contains("<strong>Incomplete:</strong>", File.ReadAllText(settings.Html!));
        Assert.Contains("<skipped message=\"incomplete", File.ReadAllText(settings.JUnit!));
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreRenewedWhenAKontraktEnds()
    {
        using var run = new SampleRun();
        var settings = All(run) with { StepSummary = run.At("step.md") };
        run.Store.Update("orders", _ => run.Kontrakt("orders", RunState.Applied));
        var log = new ListLog();
        await using var running = Begin(settings, run, log);
        Assert.DoesNotContain("| orders | ✅ passed", File.ReadAllText(settings.Markdown!));

        run.Store.Update("orders", _ => run.Kontrakt("orders", RunState.Passed));
        running.Report(Ended);

        while (!Files(settings).All(file => File.ReadAllText(file).Contains("orders", StringComparison.Ordinal) && Told(file)))
            await Task.Delay(20, TestContext.CancellationToken);
        Assert.IsFalse(File.Exists(settings.StepSummary), "a step's summary is added to at the end alone");
        Assert.Contains(Ended.ToString(), log.Text);

        bool Told(string file) => Path.GetExtension(file) != ".md" || File.ReadAllText(file).Contains("| orders | ✅ passed", StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreWrittenOneAtATimeAndHoldUpNothing()
    {
        using var gate = new SemaphoreSlim(0);
        using var begun = new SemaphoreSlim(0);
        var (writing, most) = (0, 0);
        var running = new ReportedRun(new ListLog());
        running.Begin(token =>
        {
            most = Math.Max(most, Interlocked.Increment(ref writing));
            begun.Release();
            gate.Wait(token);
            Interlocked.Decrement(ref writing);
        });

        running.Report(Ended);
        await begun.WaitAsync(TestContext.CancellationToken);
        for (var kontrakt = 0; kontrakt < 60; kontrakt++)
            running.Report(Ended);
        gate.Release();
        await begun.WaitAsync(TestContext.CancellationToken);
        await running.DisposeAsync();

        Assert.AreEqual(1, most);
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task AreGivenUpWhenTheRunEnds()
    {
        using var begun = new SemaphoreSlim(0);
        var running = new ReportedRun(new ListLog());
        running.Begin(token =>
        {
            begun.Release();
            token.WaitHandle.WaitOne();
            token.ThrowIfCancellationRequested();
        });
        running.Report(Ended);
        await begun.WaitAsync(TestContext.CancellationToken);

        await running.DisposeAsync();
    }

    [TestMethod, Timeout(60_000, CooperativeCancellation = true)]
    public async Task CleanUpAfterWritersThatWereKilled()
    {
        using var run = new SampleRun();
        var settings = All(run);
        var (left, young, foreign) = ($"{settings.Html}.{Guid.NewGuid():N}.tmp", $"{settings.Html}.{Guid.NewGuid():N}.tmp", $"{settings.Html}.backup.tmp");
        foreach (var file in new[] { left, young, foreign })
            File.WriteAllText(file, "half");
        foreach (var file in new[] { left, foreign })
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));

        await using var running = Begin(settings, run, new ListLog());

        CollectionAssert.AreEqual(new[] { false, true, true }, new[] { left, young, foreign }.Select(File.Exists).ToArray());
    }

    private static ReportedRun Begin(KontraktSettings settings, SampleRun run, ListLog log)
    {
        var running = new ReportedRun(log);
        running.Follow(run.Store);
        running.Begin(settings);
        return running;
    }

    private static KontraktSettings All(SampleRun run) => new()
    {
        Directory = run.Root,
        RunsDirectory = run.Runs,
        JUnit = run.At("junit.xml"),
        Trx = run.At("run.trx"),
        Html = run.At("report.html"),
        Markdown = run.At("summary.md"),
    };

    private static string[] Files(KontraktSettings settings) => [settings.JUnit!, settings.Trx!, settings.Html!, settings.Markdown!];
}
