using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Package.Tests;

/// <summary>dotnet test of kontrakts that run: on an engine of the test's own, with an image that is built of a project, with nothing else at hand.</summary>
[TestClass, OSCondition(OperatingSystems.Linux)]
public sealed class OnTheEngine
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(900_000)]
    public async Task FailedKontraktIsAnErrorAtItsPlaceAndAResult()
    {
        using var workspace = new EngineWorkspace(TestContext);

        var all = await workspace.TestAsync("--logger", "trx;LogFileName=all.trx", "--results-directory", "out");
        workspace.SkipWithoutEngine(all);
        var one = await workspace.TestAsync("--no-build", "--filter", "FullyQualifiedName=kontrakt-good/pod/check", "--logger", "trx;LogFileName=one.trx", "--results-directory", "out");

        Assert.AreEqual(1, all.ExitCode, all.Log);
        all.Says("kontrakt-good: pod/check passed").Says($"{workspace.At("kontrakt-bad/test.yaml")}(10,7,").Says("kontrakt error KTR4001: ").Says("it is not what I wanted")
            .Says("Failed!  - Failed:     1, Passed:     1, Skipped:     0, Total:     2,").Says("- Yaml.csproj");
        Assert.AreEqual("kontrakt-bad pod/check Failed; kontrakt-good pod/check Passed", Results(workspace.At("out/all.trx")), all.Log);
        var images = workspace.Runs().Order(StringComparer.Ordinal).Select(run => JsonNode.Parse(File.ReadAllText(run))!["images"]!.AsArray().Single()!).ToList();
        Assert.IsTrue(images.All(image => (string?)image["builder"] == "SDK containers" && (DateTimeOffset)image["began"]! < (DateTimeOffset)image["ended"]!), string.Join('\n', images.Select(image => image.ToJsonString())));
        one.Succeeds().Says("Passed!  - Failed:     0, Passed:     1, Skipped:     0, Total:     1,").DoesNotSay("kontrakt-bad:");
        Assert.AreEqual("kontrakt-good pod/check Passed", Results(workspace.At("out/one.trx")), one.Log);
    }

    private static string Results(string file)
    {
        var trx = XDocument.Load(file);
        var classes = trx.Descendants(Trx + "UnitTest").ToDictionary(test => test.Attribute("id")!.Value, test => test.Element(Trx + "TestMethod")!.Attribute("className")!.Value);
        return string.Join("; ", trx.Descendants(Trx + "UnitTestResult")
            .Select(result => $"{classes[result.Attribute("testId")!.Value]} {result.Attribute("testName")!.Value} {result.Attribute("outcome")!.Value}").Order(StringComparer.Ordinal));
    }
}
