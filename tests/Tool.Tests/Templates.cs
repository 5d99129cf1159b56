using Kontrakt.Tests;

namespace Tool.Tests;

/// <summary>kontrakt template: what needs no cluster.</summary>
[TestClass]
public sealed class Templates
{
    private const string Own = """
        apiVersion: build.knative.dev/v1alpha1
        kind: BuildTemplate
        metadata: {name: mine}
        spec:
          parameters: [{name: DESTINATION, description: where to}, {name: WHO, default: world}]
          steps: [{name: a, image: gcr.io/kaniko-project/executor, args: ['--destination=${DESTINATION}', '${WHO}']}]
        """;

    [TestMethod]
    [Timeout(60_000)]
    public async Task AreListedWithTheirParametersAndFiles()
    {
        using var folder = new TempFolder();
        var beside = folder.Write("app/templates/mine.yaml", Own);
        var named = folder.Write("elsewhere/other.yaml", Own.Replace("mine", "other"));
        var inKontrakt = folder.Write("app/kontrakt/third.yaml", Own.Replace("mine", "third"));

        var (code, output, log) = await CommandLines.RunAsync(["template", "list", "-f", folder.At("app"), "--templates", named]);

        Assert.AreEqual(0, code, log);
        Assert.AreEqual(
            "function-template\tDESTINATION* IMAGE* HANDLER* DOCKERFILE\t(built in)\n"
            + "image-template\tDESTINATION* BASE_IMAGE* DOCKERFILE SYSTEM_PACKAGES_FILE PACKAGES_FILE\t(built in)\n"
            + $"mine\tDESTINATION* WHO\t{beside}\nother\tDESTINATION* WHO\t{named}\nthird\tDESTINATION* WHO\t{inKontrakt}\n", output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AreShownWithTheirSteps()
    {
        using var folder = new TempFolder();
        folder.Write("templates/mine.yaml", Own);

        var (code, output, log) = await CommandLines.RunAsync(["template", "show", "mine", "-f", folder.Path]);

        Assert.AreEqual(0, code, log);
        Assert.StartsWith("DESTINATION\trequired\twhere to\nWHO\tdefault \"world\"\t\nstep\t{\"name\":\"a\"", output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("KTR1041", "template", "show", "function-tempalte")]
    [DataRow("KTR1020", "template", "list", "--templates", "no-such-folder")]
    [DataRow("KTR1019", "template", "build", "function-template", "--param", "HANDLER")]
    [DataRow("KTR1019", "template", "build", "function-template", "--revision", "main")]
    [DataRow("KTR1045", "template", "build", "function-template", "--param", "HANDLER=a", "--repository", "localhost:1/x", "--source-reference", "1")]
    [DataRow("KTR1043", "template", "build", "function-template", "--param", "HANDELR=a", "--repository", "localhost:1/x", "--source-reference", "1")]
    [DataRow("KTR1020", "template", "run", "no-such-file.yaml", "--repository", "localhost:1/x", "--source-reference", "1")]
    public async Task ThatAreNotUsedWellAreErrors(string code, params string[] args)
    {
        using var folder = new TempFolder();

        var (exit, output, log) = await CommandLines.RunAsync([.. args, "-f", folder.Path]);

        Assert.AreEqual(2, exit, log);
        Assert.AreEqual("", output);
        Assert.Contains(code, log);
    }
}
