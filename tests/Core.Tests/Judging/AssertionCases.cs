using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

/// <summary>cases/assertions/(name): expected.yaml is held against the documents of actual.yaml; result.txt is what is said, empty when it holds.</summary>
[TestClass]
public sealed class AssertionCases
{
    private static string Cases => Path.Combine(AppContext.BaseDirectory, "cases", "assertions");

    public static IEnumerable<object[]> Names => Directory.GetDirectories(Cases).Select(folder => new object[] { Path.GetFileName(folder) });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void SaysWhatDiffers(string name)
    {
        var folder = Path.Combine(Cases, name);
        var expected = Yaml.Manifest(File.ReadAllText(Path.Combine(folder, "expected.yaml")), ManifestRole.Assert);
        var actual = YamlFile.Parse("actual.yaml", File.ReadAllText(Path.Combine(folder, "actual.yaml"))).Documents.Select(node => new KubernetesObject(node.ToJson()!.AsObject())).ToList();

        var finding = new AssertionCheck(expected, TestSchemas.Of(expected.Object)).Check(actual);

        var said = finding is null ? "" : $"({finding.Location!.Line},{finding.Location.Column}) {finding.Code}: {finding.Message}";
        Assert.AreEqual(File.ReadAllText(Path.Combine(folder, "result.txt")).TrimEnd(), said);
    }

    [TestMethod]
    public void AChangedObjectIsComparedAgain()
    {
        var check = new AssertionCheck(Yaml.Manifest("{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Succeeded}}", ManifestRole.Assert), null);

        Assert.IsNotNull(check.Check([Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Running}}")]));
        Assert.IsNull(check.Check([Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {phase: Succeeded}}")]));
        Assert.IsNotNull(check.Check([]));
    }

    [TestMethod]
    public void AnErrorAssertionNamesWhatExistsAndShouldNot()
    {
        var assertion = Yaml.Manifest("apiVersion: v1\nkind: Pod\nstatus: {phase: Failed}\n", ManifestRole.Error);
        var failed = Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: bad}, status: {phase: Failed}}");
        var running = Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: good}, status: {phase: Running}}");

        var check = new AssertionCheck(assertion, null);

        Assert.IsNull(check.Check([running]));
        var finding = check.Check([running, failed]);

        Assert.AreEqual("KTR4010", finding?.Code);
        StringAssert.StartsWith(finding!.Message, "pod/bad exists");
    }

    [TestMethod]
    public void AnErrorAssertionShowsWhatItsExpressionsMatchedAndHowOften()
    {
        var check = new AssertionCheck(Yaml.Manifest("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: !cel self != 'x'}]}\nstatus: {phase: !cel self != 'Running', message: !cel self != null}\n", ManifestRole.Error), null);
        var pods = new[] { "a", "b", "c" }.Select(name => Yaml.Object($"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{containers: [{{name: one}}]}}, status: {{phase: Failed, message: m}}}}")).ToList();

        Assert.AreEqual("pod/a exists, and this assertion forbids it (and 2 more like it): status.phase is \"Failed\", status.message is \"m\"", check.Check(pods)?.Message);
    }

    [TestMethod]
    public void NoExpressionShowsAValueOfASecret()
    {
        const string secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
        var actual = Yaml.Object(secret + "data: {password: aHVudGVyMg==}\n");
        string? Say(string rest, ManifestRole role) => new AssertionCheck(Yaml.Manifest(secret + rest, role), null).Check([actual])?.Message;

        foreach (var said in new[]
        {
            Say("type: !cel object.data.password == 'x' && self == null\n", ManifestRole.Assert),
            Say("type: !cel self == null && object.data.password == 'x'\n", ManifestRole.Assert),
            Say("data: !cel 'self.all(k, v, v == \"x\")'\n", ManifestRole.Assert),
            Say("data: {password: !cel self != 'x'}\n", ManifestRole.Error),
            Say("data: !cel has(self.password)\n", ManifestRole.Error),
        })
        {
            Assert.IsNotNull(said);
            Assert.DoesNotContain("aHVudGVyMg", said);
        }
    }
}
