using Kontrakt.Settings;

namespace Tool.Tests;

/// <summary>--filter, --shard and --since.</summary>
[TestClass]
public sealed class Selection
{
    private static readonly Dictionary<string, string> Environment = new() { ["SOURCE_REFERENCE"] = "abc", ["KO_DOCKER_REPO"] = "registry.example/team" };

    private readonly string folder = Directory.CreateTempSubdirectory("tool-selection-").FullName;

    [TestInitialize]
    public void Make()
    {
        Write("orders", "smoke");
        Write("billing", "slow");
        Write("shop", "smoke");
        Directory.CreateDirectory(Path.Combine(folder, "broken-kontrakt"));
        File.WriteAllText(Path.Combine(folder, "broken-kontrakt", "pod.yaml"), "apiVersion: v1\nkind: [\n");
    }

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod, Timeout(60_000)]
    [DataRow("list", "Name=orders-kontrakt")]
    [DataRow("resolve", "Name=orders-kontrakt")]
    [DataRow("list", "order")]
    [DataRow("list", "FullyQualifiedName=orders-kontrakt/pod/orders")]
    [DataRow("resolve", "orders-kontrakt/pod/orders")]
    public async Task OfOneByNameKnowsNothingOfOthers(string verb, string filter)
    {
        var (exitCode, output, error) = await CommandLines.RunAsync([verb, "-f", folder, "--filter", filter], Environment);

        Assert.AreEqual(0, exitCode, error);
        Assert.Contains("orders-kontrakt", output);
        Assert.DoesNotContain("shop", output);
        Assert.DoesNotContain("broken", output + error.Replace("1 of 4 kontrakts", ""));
    }

    [TestMethod, Timeout(60_000)]
    public async Task ByLabelReadsWhatMayHaveIt()
    {
        var (exitCode, output, error) = await CommandLines.RunAsync(["list", "-f", folder, "--filter", "tier=smoke&Name!~broken"], Environment);

        Assert.AreEqual(0, exitCode, error);
        CollectionAssert.AreEqual(new[] { "orders-kontrakt", "shop-kontrakt" }, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0]).ToArray());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("pod/shop")]
    [DataRow("FullyQualifiedName~T/POD/SHO")]
    public async Task ByATestsNameReadsWhatMayHaveIt(string filter)
    {
        var (broken, _, unread) = await CommandLines.RunAsync(["list", "-f", folder, "--filter", filter], Environment);
        Directory.Delete(Path.Combine(folder, "broken-kontrakt"), recursive: true);
        var (exitCode, output, error) = await CommandLines.RunAsync(["resolve", "-f", folder, "--filter", filter], Environment);

        Assert.AreEqual(2, broken, unread);
        Assert.Contains("error KTR1001", unread);
        Assert.AreEqual(0, exitCode, error);
        Assert.Contains("1 of 3 kontrakts are selected: shop-kontrakt", error);
        Assert.DoesNotContain("orders", output);
    }

    [TestMethod, Timeout(60_000)]
    public async Task OfNothingThatCouldBeReadSaysWhatCouldNot()
    {
        var (exitCode, _, error) = await CommandLines.RunAsync(["list", "-f", folder, "--filter", "tier=fast"], Environment);

        Assert.AreEqual(2, exitCode, error);
        Assert.Contains("error KTR1001", error);
        Assert.DoesNotContain("KTR1060", error);
    }

    [TestMethod, Timeout(60_000)]
    public async Task OfOthersThanTheLatestRunsBeginsARunOfItsOwn()
    {
        await RunAsync("build", "--filter", "Name=orders-kontrakt");
        var first = Latest;

        var same = await RunAsync("resolve", "--filter", "Name=orders-kontrakt");
        var none = await RunAsync("resolve");
        var other = await RunAsync("resolve", "--filter", "Name=shop-kontrakt");

        Assert.Contains($"run {first}: going on", same.Error);
        Assert.Contains($"run {first}: going on", none.Error);
        Assert.AreNotEqual(first, Latest);
        Assert.Contains("shop-kontrakt", other.Output);
        Assert.DoesNotContain("orders-kontrakt", other.Output);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("wait")]
    [DataRow("assert")]
    [DataRow("push")]
    public async Task OfOthersThanTheLatestRunsIsAnErrorWhereNoneCanBegin(string verb)
    {
        await RunAsync("build", "--filter", "Name=orders-kontrakt");

        var other = await CommandLines.RunAsync([verb, "-f", folder, "--filter", "Name=shop-kontrakt"], Environment);
        var same = await CommandLines.RunAsync([verb, "-f", folder, "--filter", "Name=orders-kontrakt"], Environment);
        var named = await CommandLines.RunAsync([verb, "-f", folder, "--filter", "Name=shop-kontrakt", "--run", Latest], Environment);

        Assert.AreEqual(2, other.ExitCode, other.Error);
        Assert.Contains($"error KTR1068: the latest run '{Latest}' began with --filter 'Name=orders-kontrakt', and this step has --filter 'Name=shop-kontrakt'", other.Error);
        Assert.DoesNotContain("KTR1068", same.Error + named.Error);
    }

    private string Latest => File.ReadAllText(Path.Combine(folder, "obj", "kontrakt", "latest")).Trim();

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var outcome = await CommandLines.RunAsync([.. arguments, "-f", folder], Environment);
        Assert.AreEqual(0, outcome.ExitCode, outcome.Error);
        return outcome;
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("list", "Name=order")]
    [DataRow("list", "orders-kontrakt/pod/other")]
    [DataRow("resolve", "Name=order")]
    [DataRow("list", "tier=fast&Name!~broken")]
    [DataRow("run", "tier=fast&Name!~broken")]
    public async Task OfNothingIsAnError(string verb, string filter)
    {
        var (exitCode, _, error) = await CommandLines.RunAsync([verb, "-f", folder, "--filter", filter], Environment);

        Assert.AreNotEqual(0, exitCode);
        Assert.Contains($"error KTR1060: the filter '{filter}'", error);
        Assert.Contains("billing-kontrakt, broken-kontrakt, orders-kontrakt, shop-kontrakt", error);
    }

    [TestMethod, Timeout(60_000)]
    public async Task InShardsIsComplete()
    {
        var names = new List<string>();
        for (var shard = 1; shard <= 3; shard++)
        {
            var (exitCode, output, error) = await CommandLines.RunAsync(["list", "-f", folder, "--filter", "Name!~broken", "--shard", $"{shard}/3"], Environment);
            Assert.AreEqual(0, exitCode, error);
            names.AddRange(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0]));
        }

        CollectionAssert.AreEquivalent(new[] { "billing-kontrakt", "orders-kontrakt", "shop-kontrakt" }, names);
    }

    [TestMethod, Timeout(60_000)]
    public async Task InAShardWithoutAnyPasses()
    {
        var empty = Enumerable.Range(1, 50).First(shard => !new KontraktShard(shard, 50).Holds("orders-kontrakt"));

        var (exitCode, output, error) = await CommandLines.RunAsync(["resolve", "-f", folder, "--filter", "Name=orders-kontrakt", "--shard", $"{empty}/50"], Environment);

        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual("", output);
        Assert.Contains($"0 of 4 kontrakts are selected, in shard {empty}/50", error);
    }

    [TestMethod, Timeout(60_000)]
    public async Task SinceACommitIsOfWhatHasChanged()
    {
        Git("init", "-q");
        Git("add", ".");
        Git("commit", "-qm", "all");
        string[] since = ["-f", folder, "--filter", "Name!~broken", "--since", "HEAD"];

        var (nothing, noOutput, said) = await CommandLines.RunAsync(["resolve", .. since], Environment);
        Write("billing", "slower");
        var (some, output, error) = await CommandLines.RunAsync(["list", .. since], Environment);
        var (none, _, both) = await CommandLines.RunAsync(["list", .. since, "--filter", "orders"], Environment);

        Assert.AreEqual((0, ""), (nothing, noOutput), said);
        Assert.Contains("0 of 3 kontrakts have changed since 'HEAD'", said);
        Assert.Contains("nothing to do", said);
        Assert.AreEqual(0, some, error);
        Assert.StartsWith("billing-kontrakt\t", output);
        Assert.HasCount(1, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.AreEqual(0, none, both);
        Assert.Contains("0 of 1 kontrakts have changed", both);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("list"), DataRow("run")]
    public async Task SinceWhatIsNotThereIsAnError(string verb)
    {
        var (outside, _, noRepository) = await CommandLines.RunAsync([verb, "-f", folder, "--filter", "orders", "--since", "main"], Environment);
        Git("init", "-q");
        Git("commit", "-qm", "nothing", "--allow-empty");
        var (unknown, _, noRef) = await CommandLines.RunAsync([verb, "-f", folder, "--filter", "orders", "--since", "no-such"], Environment);

        Assert.AreEqual(2, outside, noRepository);
        Assert.Contains("error KTR1160", noRepository);
        Assert.AreEqual(2, unknown, noRef);
        Assert.Contains("error KTR1161: 'no-such'", noRef);
    }

    private void Git(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", .. arguments]);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
    }

    private void Write(string name, string tier)
    {
        Directory.CreateDirectory(Path.Combine(folder, $"{name}-kontrakt"));
        File.WriteAllText(Path.Combine(folder, $"{name}-kontrakt", "pod.yaml"), $$"""
            apiVersion: v1
            kind: Pod
            metadata:
              name: {{name}}
              labels:
                kontrakt: test
                tier: {{tier}}
            spec:
              containers:
                - name: main
                  image: registry.example/{{name}}:1
            """);
    }
}
