using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

/// <summary>The blocks of YAML in docs/assertions.md and docs/from-chainsaw.md; the first line of each says what it is.</summary>
[TestClass]
public sealed class ExamplesOfThePages
{
    private static IReadOnlyList<(string Page, string Says, string Yaml)> Blocks { get; } = [.. Read("assertions.md"), .. Read("from-chainsaw.md")];

    public static IEnumerable<object[]> Examples => Blocks.Where(block => block.Says is not "the object").Select(block => new object[] { block.Page, block.Says, block.Yaml });

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void AreAsItSays(string page, string says, string yaml)
    {
        if (says == "applied")
        {
            AssertIsATest(yaml);
            return;
        }
        var assertion = Yaml.Manifest(yaml, ManifestRole.Assert);
        var schema = TestSchemas.Of(assertion.Object) ?? throw new InvalidOperationException($"openapi.json has no {assertion.Object.GroupVersionKind}");
        var refused = string.Join(' ', AssertionFields.Check(assertion, schema).Select(each => each.Code));
        var actual = Yaml.Object(Blocks.Single(block => block.Page == page && block.Says == "the object").Yaml);

        var verdict = new AssertionCheck(assertion, schema).Check([actual]);

        switch (says.Split(':')[0])
        {
            case "refused":
                Assert.AreEqual(says, $"refused: {refused}");
                break;
            case "holds":
                Assert.AreEqual("", refused + verdict?.Message);
                break;
            case "does not hold":
                Assert.AreEqual("", refused);
                Assert.IsNotNull(verdict);
                break;
            case "in an *.error.yaml":
                Assert.AreEqual("", refused);
                var inError = new AssertionCheck(Yaml.Manifest(yaml, ManifestRole.Error), schema).Check([actual]);
                Assert.AreEqual(says.Split(": ", 2)[1].Split(',')[0], inError?.Code ?? "passes");
                break;
            default:
                Assert.EndsWith(".assert.yaml", says);
                Assert.AreEqual("", refused);
                break;
        }
    }

    [TestMethod]
    [DataRow("assertions.md", 12)]
    [DataRow("from-chainsaw.md", 8)]
    public void ThereAreSome(string page, int atLeast) => Assert.IsGreaterThanOrEqualTo(atLeast, Examples.Count(example => example[0].Equals(page)));

    private static void AssertIsATest(string yaml)
    {
        using var root = new TempFolder();

        var read = ManifestReader.Read(new("k", root.Path, [root.Write("a.yaml", yaml)], null));

        Assert.AreEqual(KontraktLabel.Test, read.PodTemplates.Single().Label);
    }

    private static IEnumerable<(string, string, string)> Read(string page) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, page)).Split("```yaml\n").Skip(1)
            .Select(rest => rest.Split("```")[0]).Select(block => (page, block.Split('\n')[0].TrimStart('#', ' '), block));
}
