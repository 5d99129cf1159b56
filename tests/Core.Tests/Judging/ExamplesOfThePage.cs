using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

/// <summary>The blocks of YAML in docs/assertions.md; the first line of each says what it is.</summary>
[TestClass]
public sealed class ExamplesOfThePage
{
    private static IReadOnlyList<(string Says, string Yaml)> Blocks { get; } =
        [.. File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "assertions.md")).Split("```yaml\n").Skip(1)
            .Select(rest => rest.Split("```")[0]).Select(block => (block.Split('\n')[0].TrimStart('#', ' '), block))];

    public static IEnumerable<object[]> Examples => Blocks.Where(block => block.Says != "the object").Select(block => new object[] { block.Says, block.Yaml });

    private static KubernetesObject Object => Yaml.Object(Blocks.Single(block => block.Says == "the object").Yaml);

    [TestMethod]
    [DynamicData(nameof(Examples))]
    public void AreAsItSays(string says, string yaml)
    {
        var assertion = Yaml.Manifest(yaml, ManifestRole.Assert);
        var schema = TestSchemas.Of(assertion.Object) ?? throw new InvalidOperationException($"openapi.json has no {assertion.Object.GroupVersionKind}");
        var refused = string.Join(' ', AssertionFields.Check(assertion, schema).Select(each => each.Code));

        var verdict = new AssertionCheck(assertion, schema).Check([Object]);

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
                var inError = new AssertionCheck(Yaml.Manifest(yaml, ManifestRole.Error), schema).Check([Object]);
                Assert.AreEqual(says.Split(": ", 2)[1].Split(',')[0], inError?.Code ?? "passes");
                break;
            default:
                Assert.EndsWith(".assert.yaml", says);
                Assert.AreEqual("", refused);
                break;
        }
    }

    [TestMethod]
    public void ThereAreSome() => Assert.IsGreaterThan(6, Examples.Count());
}
