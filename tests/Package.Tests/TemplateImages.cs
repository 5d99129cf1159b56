using System.Text.RegularExpressions;
using Kontrakt.Dockerfiles.Tests.Infra;

namespace Package.Tests;

/// <summary>KontraktImage items that a build template builds, and samples/Polyglot.</summary>
[TestClass]
public sealed partial class TemplateImages
{
    private static readonly string? KubeConfig = Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG");
    private static readonly string? Executor = Environment.GetEnvironmentVariable("KONTRAKT_TEST_KANIKO_EXECUTOR");

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, Timeout(600_000)]
    public async Task WithParametersThatTheTemplateHasNotAreErrorsOfTheProject()
    {
        using var workspace = new Workspace(TestContext);
        workspace.Write("kontrakt/pod.yaml", Workspace.TestPod).Write("App.csproj", $"""
            <Project Sdk="Kontrakt.MSBuild/{Packed.Version}">
              <ItemGroup>
                <KontraktImage Include="greeter" Template="function-template" HANDELR="hello.js" Source="hello" Parameters="nobody=knows" />
              </ItemGroup>
            </Project>
            """);

        var build = await workspace.BuildAsync("-t:KontraktBuild", "-p:KO_DOCKER_REPO=localhost:1/demo", "-p:SOURCE_REFERENCE=t");

        build.Fails().Says("App.csproj : kontrakt error KTR1043: the build template 'function-template' has no parameter 'HANDELR' (did you mean 'HANDLER'?)")
            .Says("has no parameter 'nobody'").Says("error KTR1045").Says("HANDLER (The fully-qualified function implementation name)");
    }

    [TestMethod, Timeout(900_000)]
    public async Task OfPolyglotAreBuiltAndPass()
    {
        if (string.IsNullOrEmpty(KubeConfig))
            Assert.Inconclusive("skipped: KONTRAKT_TEST_KUBECONFIG is not set");
        if (!File.Exists("/bin/busybox"))
            Assert.Inconclusive("skipped: /bin/busybox is absent (package busybox-static)");
        // Its stand-in does what these Dockerfiles say, and not much more.
        var executor = string.IsNullOrEmpty(Executor) ? await StandIn.ImageAsync() : Executor;
        using var workspace = Polyglot();
        var tag = $"p-{Guid.NewGuid():N}"[..14];

        var build = await workspace.BuildAsync("-t:Kontrakt", $"-p:SOURCE_REFERENCE={tag}", "-p:KO_DOCKER_REPO=localhost:5000/package-tests", $"-p:KontraktBuildRepository={PodsRegistry()}/package-tests",
            "-p:KontraktKubeContext=local", $"-p:KontraktKubeConfig={KubeConfig}", $"-p:KontraktKanikoExecutor={executor}");

        build.Succeeds().Says("pod/greets passed").Says("Kontrakts: 1 passed").Says($"pushed localhost:5000/package-tests/greet:{tag}@sha256:");
    }

    /// <summary>The sample with the package in place of the repository's own files.</summary>
    private Workspace Polyglot()
    {
        var workspace = new Workspace(TestContext);
        foreach (var file in Directory.GetFiles(Repository.At("samples/Polyglot"), "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Repository.At("samples/Polyglot"), file);
            if (relative.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
                workspace.Write(relative, OwnImport().Replace(File.ReadAllText(file), "").Replace("<Project>", $"""<Project Sdk="Kontrakt.MSBuild/{Packed.Version}">""", StringComparison.Ordinal));
        }
        return workspace;
    }

    /// <summary>The registry as pods know it: KONTRAKT_TEST_BUILD_REGISTRY, else on the API server's host.</summary>
    private static string PodsRegistry() => Environment.GetEnvironmentVariable("KONTRAKT_TEST_BUILD_REGISTRY") is { Length: > 0 } named ? named
        : ServerHost().Match(File.ReadAllText(KubeConfig ?? "")).Groups[1].Value + ":5000";

    [GeneratedRegex("""\s*<Import Project="\.\./\.\./src/Sdk/Sdk/Sdk\.(props|targets)" />""")]
    private static partial Regex OwnImport();

    [GeneratedRegex("server: *\"?https://([^:/\"]+)")]
    private static partial Regex ServerHost();
}
