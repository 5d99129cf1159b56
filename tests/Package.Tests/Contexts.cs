using System.Text.RegularExpressions;
using Kontrakt.Oci.Tests.Infra;

namespace Package.Tests;

/// <summary>The target KontraktContext of a project that takes the package.</summary>
[TestClass]
public sealed partial class Contexts
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000, CooperativeCancellation = true)]
    public async Task ArePushedByTheTarget()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var workspace = new Workspace(TestContext);
        workspace.WriteProjectWithPackage("App/App.csproj").Write("App/App.cs", "return 0;");
        string[] build = ["App/App.csproj", "-t:KontraktContext", $"-p:KontraktContextTag={docker.Host}/demo/source:main", $"-p:KontraktInsecureRegistries={docker.Host}"];

        var first = (await workspace.BuildAsync(["-restore", .. build])).Succeeds();
        var again = (await workspace.BuildAsync(build)).Succeeds().Says("nothing changed in 2 files");
        workspace.Write("App/More.cs", "// more");
        var changed = (await workspace.BuildAsync([.. build, "-getProperty:KontraktContextReference"])).Succeeds();

        Assert.AreEqual(Reference().Match(first.Log).Value, Reference().Match(again.Log).Value);
        Assert.StartsWith($"{docker.Host}/demo/source:main@sha256:", Reference().Match(changed.Log).Value);
        Assert.AreNotEqual(Reference().Match(first.Log).Value, Reference().Match(changed.Log).Value);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task WithoutATagAreAnError()
    {
        using var workspace = new Workspace(TestContext);
        workspace.WriteProjectWithPackage("App/App.csproj");

        (await workspace.BuildAsync("-restore", "App/App.csproj", "-t:KontraktContext")).Fails().Says("error KTR1019").Says("KontraktContextTag");
    }

    [GeneratedRegex(@"[\w.:]+/demo/source:main@sha256:[0-9a-f]{64}")]
    private static partial Regex Reference();
}
