using Kontrakt.Tests;

namespace Broken.Tests;

/// <summary>Every folder of samples/Broken is red in the right way: code, place, remedy, exit code, and nothing left on the cluster.</summary>
[TestClass]
public sealed class BrokenSamples
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Cancellation => TestContext.CancellationToken;

    public static IEnumerable<object[]> All => BrokenCase.Names.Select(name => new object[] { name });

    public static IEnumerable<object[]> ThroughMSBuild => BrokenCase.Names.Where(name => BrokenCase.Read(name).MSBuild).Select(name => new object[] { name });

    [TestMethod]
    [Timeout(600_000, CooperativeCancellation = true)]
    [DynamicData(nameof(All))]
    public async Task FailAsTheySay(string name)
    {
        var expected = BrokenCase.Read(name);
        using var cluster = expected.Needs.Contains("cluster") ? TestCluster.Require() : null;
        await RequireVersionsAsync(cluster, expected);
        await using var surroundings = await Surroundings.MakeAsync(name, expected, cluster, Cancellation);
        string[] options = [.. (expected.Options ?? new Dictionary<string, string>()).SelectMany(option => new[] { $"--{option.Key}", option.Value })];

        var outcome = await ToolProcess.KontraktAsync(surroundings.Folder, ["run", .. options], surroundings.Environment, Cancellation, surroundings.Seen);

        Assert.AreEqual(expected.ExitCode, outcome.ExitCode, outcome.Log);
        Assert.AreEqual("", outcome.Output, "standard output is for results\n" + outcome.Log);
        AssertDiagnostics(expected, surroundings.Folder, FoundDiagnostic.All(outcome.Error), outcome.Log);
        foreach (var text in expected.Output ?? [])
            Assert.Contains(text, outcome.Error, outcome.Log);
        AssertAbsent(expected, surroundings.Scratch, outcome);
        AssertJUnit(Path.Combine(surroundings.Scratch, "junit.xml"), outcome.Log);
        await AssertNothingLeftAsync(cluster, expected, surroundings, outcome.Log);
    }

    /// <summary>The same through the build: the targets, the tasks and MSBuild's own log.</summary>
    [TestMethod]
    [Timeout(600_000, CooperativeCancellation = true)]
    [DynamicData(nameof(ThroughMSBuild))]
    public async Task FailABuildAsTheySay(string name)
    {
        var expected = BrokenCase.Read(name);
        using var cluster = TestCluster.Require();
        await RequireVersionsAsync(cluster, expected);
        await using var surroundings = await Surroundings.MakeAsync(name, expected, cluster, Cancellation);
        string[] properties =
        [
            $"-p:KontraktDirectory={surroundings.Folder}/", $"-p:KontraktRunsDirectory={surroundings.Scratch}/runs/", $"-p:KontraktKubeContext={cluster.Connection.Name}",
            $"-p:KontraktJUnit={surroundings.Scratch}/junit.xml",
        ];

        var outcome = await ToolProcess.RunAsync("dotnet", ["build", Path.Combine(BrokenCase.Root, "Broken.csproj"), "-t:Kontrakt", "-tl:off", "-nologo", .. properties],
            Repository.Root, surroundings.Environment, Cancellation);

        var beforeSummary = outcome.Output.Split("Build FAILED.")[0];
        Assert.AreEqual(1, outcome.ExitCode, outcome.Log);
        AssertDiagnostics(expected, surroundings.Folder, FoundDiagnostic.All(beforeSummary), outcome.Log);
        AssertJUnit(Path.Combine(surroundings.Scratch, "junit.xml"), outcome.Log);
        await AssertNothingLeftAsync(cluster, expected, surroundings, outcome.Log);
    }

    private async Task RequireVersionsAsync(TestCluster? cluster, BrokenCase expected)
    {
        foreach (var version in expected.Needs.Where(need => need.Contains('/')))
            await cluster!.RequireAsync(version, Cancellation);
    }

    private static void AssertDiagnostics(BrokenCase expected, string folder, IReadOnlyList<FoundDiagnostic> found, string log)
    {
        var left = found.ToList();
        foreach (var wanted in expected.Diagnostics)
        {
            // Where an error has no place, the tool names itself and MSBuild the project.
            string[] files = wanted.File is null ? ["kontrakt", Path.Combine(BrokenCase.Root, "Broken.csproj")] : [Path.Combine(folder, wanted.File.Replace('/', Path.DirectorySeparatorChar))];
            var match = left.Find(each => each.Code == wanted.Code && files.Contains(each.File) && (wanted.IsAnywhere || each.Line == wanted.Line && each.Column == wanted.Column)
                && wanted.Message.All(part => each.Message.Contains(part, StringComparison.Ordinal)));
            Assert.IsNotNull(match, $"no error is as expected: {wanted} with {string.Join(" | ", wanted.Message)}\n{log}");
            left.Remove(match);
        }
        Assert.IsEmpty(left, $"errors beyond the expected ones:\n{string.Join('\n', left)}\n{log}");
    }

    private static void AssertAbsent(BrokenCase expected, string scratch, Outcome outcome)
    {
        foreach (var text in expected.Absent ?? [])
        {
            Assert.DoesNotContain(text, outcome.Error);
            foreach (var file in Directory.GetFiles(scratch, "*", SearchOption.AllDirectories))
                if (!file.EndsWith(".yaml", StringComparison.Ordinal))
                    Assert.DoesNotContain(text, File.ReadAllText(file), file);
        }
    }

    private static void AssertJUnit(string path, string log)
    {
        Assert.IsTrue(File.Exists(path), $"no JUnit report\n{log}");
        var report = System.Xml.Linq.XDocument.Load(path);
        Assert.IsTrue(report.Descendants("failure").Concat(report.Descendants("error")).Any(), $"the JUnit report tells of no failure\n{report}\n{log}");
    }

    private async Task AssertNothingLeftAsync(TestCluster? cluster, BrokenCase expected, Surroundings surroundings, string log)
    {
        if (cluster is null || surroundings.Run is not { } run)
            return;
        if (expected.Setting == "api-goes-away")
        {
            // What could not be deleted then is deleted now, by the run's record.
            var environment = new Dictionary<string, string>(surroundings.Environment) { ["KUBECONFIG"] = TestCluster.KubeConfigPath!, ["KONTRAKT_KUBE_CONTEXT"] = cluster.Connection.Name };
            var outcome = await ToolProcess.KontraktAsync(surroundings.Folder, ["delete", "--run", run], environment, Cancellation);
            // Another case's run may have been quicker to reap it, and may not be done. Then nothing shows that this is the run's cluster at another address.
            if (outcome.ExitCode != 0)
                Assert.Contains("error KTR3045", outcome.Log);
            log += outcome.Log;
            var deadline = DateTime.UtcNow + TimeSpan.FromMinutes(2);
            while (DateTime.UtcNow < deadline && (await cluster.NamespacesOfAsync(run, Cancellation)).Count > 0)
                await Task.Delay(500, Cancellation);
        }
        Assert.IsEmpty(await cluster.NamespacesOfAsync(run, Cancellation), $"namespaces are left\n{log}");
    }
}
