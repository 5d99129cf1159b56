using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>
/// What is printed for Tekton, and what Tekton's own schemas make of it. The latter needs a kubeconfig of an API server that has them (Tekton's custom
/// resource definitions, of a version that lists its fields: 1.x); nothing is made there. The server leaves out what a schema does not know, so what
/// comes back is compared.
/// </summary>
[TestClass]
public sealed class TektonManifests
{
    private const string Variable = "KONTRAKT_TEST_TEKTON_KUBECONFIG";

    private static readonly string[] Options =
        ["--repository", "registry.example.com/team", "--timeout", "5m", "--directory", "a \"quoted\" folder", "--kube-context", "ctx: #1", "--attest", "--shard", "2/5", "--kubeconfig", "/workspace/kubeconfig/kubeconfig"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    [DataRow(false), DataRow(true)]
    public async Task TakeAllThatIsPrinted(bool options)
    {
        var text = await PrintAsync(options ? Options : []);

        var (outcome, returned) = await DryRunAsync(text);

        Assert.AreEqual(0, outcome.ExitCode, outcome.Log);
        Assert.AreEqual("", string.Join('\n', Lost(Sent(text), returned)));
        Assert.HasCount(10, returned);
    }

    /// <summary>Needs no server.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task HaveWhatWasSaidAsDefaults()
    {
        var text = await PrintAsync([.. Options, "--source-reference", "3f2c1d0"]);

        foreach (var document in Sent(text))
        {
            var defaults = document["spec"]?["params"]?.AsArray().ToDictionary(each => $"{each?["name"]}", each => each?["default"]?.ToString()) ?? [];
            Assert.AreEqual("3f2c1d0", defaults["source-reference"]);
            Assert.AreEqual("registry.example.com/team", defaults["repository"]);
            Assert.AreEqual("a \"quoted\" folder", defaults["directory"]);
            Assert.AreEqual("/workspace/kubeconfig/kubeconfig", defaults["kubeconfig"]);
            Assert.AreEqual("ctx: #1", defaults["kube-context"]);
        }
    }

    /// <summary>So the first test can fail.</summary>
    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task NoticeAFieldThatIsMisspelt()
    {
        var text = (await PrintAsync([])).Replace("workingDir:", "workingFolder:", StringComparison.Ordinal);

        var (outcome, returned) = await DryRunAsync(text);

        Assert.IsTrue(outcome.ExitCode != 0 || Lost(Sent(text), returned).Any(), outcome.Log);
    }

    private static async Task<string> PrintAsync(string[] options)
    {
        var printed = await CommandLines.RunAsync(["tekton", "--image", "registry.example.com/tools/kontrakt:1", .. options]);
        Assert.AreEqual(0, printed.ExitCode, printed.Error);
        return printed.Output;
    }

    private static List<JsonNode> Sent(string text) => [.. YamlFile.Parse("tekton.yaml", text).Documents.Select(document => document.ToJson()).OfType<JsonNode>()];

    /// <summary>As kubectl sends it, without its own look at the fields.</summary>
    private async Task<(Outcome Outcome, List<JsonNode> Returned)> DryRunAsync(string text)
    {
        var config = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(config))
            Assert.Inconclusive($"skipped: {Variable} is not set");
        var folder = Directory.CreateTempSubdirectory("tool-tekton-").FullName;
        var file = Path.Combine(folder, "tekton.yaml");
        await File.WriteAllTextAsync(file, text, TestContext.CancellationToken);
        var outcome = await ToolProcess.RunAsync("kubectl", ["--kubeconfig", config, "create", "--dry-run=server", "--validate=false", "-o", "yaml", "-f", file], folder, new Dictionary<string, string>(), TestContext.CancellationToken);
        Directory.Delete(folder, recursive: true);
        var returned = outcome.ExitCode == 0 ? Sent(outcome.Output) : [];
        return (outcome, [.. returned.SelectMany(each => each["items"] is JsonArray list ? list.OfType<JsonNode>() : [each])]);
    }

    /// <summary>A line for each value that was sent and did not come back.</summary>
    private static IEnumerable<string> Lost(List<JsonNode> sent, List<JsonNode> returned) =>
        sent.Zip(returned.Concat(Enumerable.Repeat(new JsonObject(), sent.Count)), (one, other) => Lost(one, other, $"{one["kind"]} {one["metadata"]?["name"]}")).SelectMany(lines => lines);

    private static IEnumerable<string> Lost(JsonNode? sent, JsonNode? returned, string path) => (sent, returned) switch
    {
        (JsonObject one, JsonObject other) => one.SelectMany(pair => Lost(pair.Value, other[pair.Key], $"{path}.{pair.Key}")),
        (JsonArray one, JsonArray other) when one.Count == other.Count => one.Zip(other, (a, b) => Lost(a, b, path)).SelectMany(lines => lines),
        _ => JsonNode.DeepEquals(sent, returned) ? [] : [$"{path}: {sent?.ToJsonString()} came back as {returned?.ToJsonString() ?? "nothing"}"],
    };
}
