using System.Text.Json.Nodes;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>Each verb works in a process of its own, from what the one before left on disk and on the cluster.</summary>
[TestClass]
public sealed class Steps
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(600_000, CooperativeCancellation = true)]
    public async Task WorkOneByOne()
    {
        using var cluster = TestCluster.Require();
        var runs = Directory.CreateTempSubdirectory("tool-steps-").FullName;

        var list = await RunAsync(cluster, runs, "list");
        var build = await RunAsync(cluster, runs, "build");
        var replace = await RunAsync(cluster, runs, "imagereplace");
        var resolve = await RunAsync(cluster, runs, "resolve");
        var apply = await RunAsync(cluster, runs, "apply", "-R");
        var wait = await RunAsync(cluster, runs, "wait");
        var assert = await RunAsync(cluster, runs, "assert");
        var push = await RunAsync(cluster, runs, "push");
        var delete = await RunAsync(cluster, runs, "delete");

        Assert.MatchesRegex(@"^hello\t[^\t]+\t3\t1\n$", list.Output, list.Log);
        Assert.MatchesRegex(@"^(localhost:5000/kontrakt-tool/\S+:steps@sha256:[0-9a-f]{64}\n){2}$", build.Output, build.Log);
        Assert.HasCount(2, replace.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), replace.Log);
        Assert.IsTrue(resolve.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(File.Exists), resolve.Log);
        Assert.MatchesRegex(@"^hello\tkontrakt-hello-\S+\n$", apply.Output, apply.Log);
        Assert.AreEqual("", wait.Output, wait.Log);
        Assert.Contains("1 passed", assert.Error, assert.Log);
        Assert.MatchesRegex(@"^\S+@sha256:[0-9a-f]{64}\n$", push.Output, push.Log);
        TellThePipeline(runs + "-results", push.Output.Trim());
        Assert.IsEmpty(await cluster.NamespacesOfAsync(File.ReadAllText(Path.Combine(runs, "latest")).Trim(), TestContext.CancellationToken), delete.Log);
        Assert.HasCount(1, Directory.GetFiles(runs, "run.json", SearchOption.AllDirectories), "the steps after build are of its run");
        Directory.Delete(runs, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    [DataRow("wait")]
    [DataRow("assert")]
    [DataRow("push")]
    public async Task SayWhichStepIsMissing(string verb)
    {
        var folder = Directory.CreateTempSubdirectory("tool-steps-").FullName;

        var (exitCode, output, error) = await CommandLines.RunAsync([verb, "-f", folder]);

        Assert.AreEqual(2, exitCode, error);
        Assert.AreEqual("", output);
        Assert.Contains("error KTR1023: there is no run", error);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The results of Tekton, of a step on GitHub, and of build-contract: the pushed target, name:tag@digest.</summary>
    private static void TellThePipeline(string results, string pushed)
    {
        var (url, digest) = (pushed.Split('@')[0], pushed.Split('@')[1]);
        var byDigest = $"{url[..url.LastIndexOf(':')]}@{digest}";
        Assert.AreEqual(url, File.ReadAllText(Path.Combine(results, "IMAGE_URL")));
        Assert.AreEqual(digest, File.ReadAllText(Path.Combine(results, "IMAGE_DIGEST")));
        Assert.AreEqual(byDigest, File.ReadAllText(Path.Combine(results, "IMAGES")));
        Assert.AreEqual($"image-url={url}\nimage-digest={digest}\nimages<<KONTRAKT_IMAGES\n{byDigest}\nKONTRAKT_IMAGES\n", File.ReadAllText(Path.Combine(results, "output")));
        var index = JsonNode.Parse(File.ReadAllText(Path.Combine(results, "api", "index.json")))!;
        Assert.AreEqual(digest, (string?)index["manifests"]![0]!["digest"]);
        Assert.AreEqual(url, (string?)index["manifests"]![0]!["annotations"]!["org.opencontainers.image.ref.name"]);
        Assert.IsGreaterThan(100, (int)index["manifests"]![0]!["size"]!);
        Directory.Delete(results, recursive: true);
    }

    private async Task<Outcome> RunAsync(TestCluster cluster, string runs, params string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["SOURCE_REFERENCE"] = "steps",
            ["KO_DOCKER_REPO"] = "localhost:5000/kontrakt-tool",
            ["KONTRAKT_HOST_BASE_IMAGE"] = "true",
            ["KONTRAKT_RUNS_DIRECTORY"] = runs,
            ["KONTRAKT_RESULTS"] = runs + "-results",
            ["KONTRAKT_IMAGE_OUTPUT"] = runs + "-results",
            ["GITHUB_OUTPUT"] = Path.Combine(runs + "-results", "output"),
            ["KUBECONFIG"] = TestCluster.KubeConfigPath!,
            ["KONTRAKT_KUBE_CONTEXT"] = cluster.Connection.Name,
        };
        var outcome = await ToolProcess.KontraktAsync(Path.Combine(Repository.Root, "samples", "Hello"), arguments, environment, TestContext.CancellationToken);
        Assert.AreEqual(0, outcome.ExitCode, $"{string.Join(' ', arguments)}: {outcome.Log}");
        return outcome;
    }
}
