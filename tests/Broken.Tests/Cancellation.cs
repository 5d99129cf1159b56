using Kontrakt.Tests;

namespace Broken.Tests;

/// <summary>A signal ends a run with what it made deleted, and with the signal's exit code; a second one does not cut that short.</summary>
[TestClass]
public sealed class Cancellation
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(600_000, CooperativeCancellation = true)]
    [DataRow(2, 130)]
    [DataRow(15, 143)]
    public async Task LeavesNothingBehind(int signal, int exitCode)
    {
        var (outcome, left) = await InterruptAsync(tool =>
        {
            tool.Signal(signal);
            tool.Signal(signal);
        });

        Assert.AreEqual(exitCode, outcome.ExitCode, outcome.Log);
        Assert.Contains("cleaning up", outcome.Error);
        Assert.IsEmpty(left, outcome.Log);
    }

    /// <summary>Runs a test that never ends, and interrupts it once its pod runs; the namespaces left.</summary>
    private async Task<(Outcome Outcome, IReadOnlyList<string> Left)> InterruptAsync(Action<ToolProcess> interrupt)
    {
        using var cluster = TestCluster.Require();
        var expected = new BrokenCase("", 0, ["cluster"], []);
        await using var surroundings = await Surroundings.MakeAsync("never-ends", expected, cluster, TestContext.CancellationToken);
        var watching = 0;

        var outcome = await ToolProcess.KontraktAsync(surroundings.Folder, ["run"], surroundings.Environment, TestContext.CancellationToken, (tool, line) =>
        {
            if (line.Length > 0 && surroundings.Run is { } run && Interlocked.Exchange(ref watching, 1) == 0)
                _ = InterruptRunningAsync(tool, run);
        });

        return (outcome, await cluster.NamespacesOfAsync(surroundings.Run ?? "", TestContext.CancellationToken));

        async Task InterruptRunningAsync(ToolProcess tool, string run)
        {
            while (!await cluster.HasRunningPodAsync(run, TestContext.CancellationToken))
                await Task.Delay(200, TestContext.CancellationToken);
            interrupt(tool);
        }
    }
}
