using System.ComponentModel;
using System.Diagnostics;
using Kontrakt.Tests;

namespace Engine.Tests.Kubectl;

/// <summary>kubectl is the judge: what people do every day has the same outcome on the engine as on a cluster.</summary>
[TestClass]
public sealed class EverydayCommands
{
    [TestMethod]
    [Timeout(900_000)]
    public async Task TheEngineAnswersAsTheClusterDoes()
    {
        RequireKubectl();
        var image = await TestImage.BusyboxAsync();
        var shared = Script.Steps.Where(step => step.Compared != Compared.OnEngineOnly).ToList();
        await using var engine = await TestEngine.StartAsync();
        var cluster = Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG") is { Length: > 0 } file ? RunAsync(file, shared, image) : null;
        var ours = await RunAsync(engine.KubeConfig, Script.Steps, image);
        var theirs = cluster is null ? [] : await cluster;

        // The cluster, too: what the script expects is what Kubernetes does, not what the engine happens to do.
        var wrong = Unexpected("cluster", theirs).Concat(Unexpected("engine", ours)).Concat(ours.Where(run => shared.Contains(run.Step)).Zip(theirs).Where(pair => pair.First.Outcome.Text != pair.Second.Outcome.Text)
                .Select(pair => $"$ kubectl {pair.First.Step.Command}\n--- engine\n{pair.First.Outcome.Text}\n--- cluster\n{pair.Second.Outcome.Text}"))
            .ToList();
        Assert.IsTrue(wrong.Count == 0, $"{wrong.Count} of {ours.Count} differ:\n{string.Join("\n\n", wrong)}\n\nthe engine's log:\n{engine.Log}");
    }

    private static IEnumerable<string> Unexpected(string who, IEnumerable<(Step Step, Outcome Outcome)> runs) => runs.Where(run => run.Outcome.ExitCode != run.Step.ExitCode)
        .Select(run => $"$ kubectl {run.Step.Command}\n--- {who}: exit code {run.Outcome.ExitCode}, not {run.Step.ExitCode}\n{run.Outcome.Output}");

    private static async Task<IReadOnlyList<(Step Step, Outcome Outcome)>> RunAsync(string kubeConfig, IEnumerable<Step> steps, string image)
    {
        var runner = new KubectlRunner(kubeConfig, $"kubectl-{Guid.NewGuid().ToString("N")[..8]}", image);
        var outcomes = new List<(Step, Outcome)>();
        foreach (var step in steps)
            outcomes.Add((step, await runner.RunAsync(step)));
        return outcomes;
    }

    internal static void RequireKubectl()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("kubectl", "version --client") { RedirectStandardOutput = true, RedirectStandardError = true });
            process!.WaitForExit();
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("skipped: kubectl is not on the path (Debian: kubernetes-client)");
        }
    }
}
