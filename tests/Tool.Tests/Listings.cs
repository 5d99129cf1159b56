namespace Tool.Tests;

/// <summary>What list, resolve and imagereplace print is for other programs.</summary>
[TestClass]
public sealed class Listings
{
    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: smoke
          labels:
            kontrakt: test
        spec:
          containers:
            - name: main
              image: ${KO_DOCKER_REPO}/smoke:${kontrakt.sourceReference} # kept

        """;

    private static readonly Dictionary<string, string> Environment = new() { ["SOURCE_REFERENCE"] = "abc", ["KO_DOCKER_REPO"] = "registry.example/team" };

    [TestMethod]
    [Timeout(60_000)]
    public async Task NameEachKontraktOnALine()
    {
        var folder = Make();

        var (exitCode, output, error) = await CommandLines.RunAsync(["list", "-f", folder], Environment);

        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual($"smoke-kontrakt\t{folder}/smoke-kontrakt\t1\t1\n", output);
        Assert.AreEqual("", error);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What a run would refuse before it builds.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task ReportWhatNeedsNoBuild()
    {
        var folder = Make();
        var file = Path.Combine(folder, "smoke-kontrakt", "more.yaml");
        File.WriteAllText(file, "apiVersion: v1\nkind: Pod\nmetadata: {name: target, labels: {kontrakt: target}}\nspec:\n  hostNetwork: true\n  containers:\n    - {name: main, image: 'nginx:1'}\n");

        var (exitCode, _, error) = await CommandLines.RunAsync(["list", "-f", folder], Environment);

        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(error, $"{file}(5,16): error KTR1095: ");
        StringAssert.Contains(error, $"{file}(7,27): error KTR2005: ");
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task HoldTheYamlWhereAskedFor()
    {
        var folder = Make();
        // What kubectl would apply, if it were printed.
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "smoke.assert.yaml"), "apiVersion: v1\nkind: Pod\nmetadata: {name: smoke}\nstatus: {phase: Succeeded}\n");

        var (exitCode, output, error) = await CommandLines.RunAsync(["resolve", "-f", folder, "-o", "-"], Environment);

        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual(Pod.Replace("${KO_DOCKER_REPO}", "registry.example/team").Replace("${kontrakt.sourceReference}", "abc").TrimEnd() + "\n", output);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OfFilesToReplaceChangeNothingWithoutInPlace()
    {
        var folder = Make();
        var file = Path.Combine(folder, "smoke-kontrakt", "pod.yaml");

        var (_, listed, _) = await CommandLines.RunAsync(["imagereplace", "-f", folder], Environment);
        var before = File.ReadAllText(file);
        var (exitCode, written, error) = await CommandLines.RunAsync(["imagereplace", "-i", "-f", folder], Environment);

        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual(file + "\n", listed);
        Assert.AreEqual(Pod, before);
        Assert.AreEqual(file + "\n", written);
        Assert.Contains("image: registry.example/team/smoke:abc # kept", File.ReadAllText(file));
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OfKontraktsWithErrorsEndInTwo()
    {
        var folder = Make();
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "pod.yaml"), Pod.Replace("kontrakt: test", "kontrakt: tset"));

        var (exitCode, output, error) = await CommandLines.RunAsync(["list", "-f", folder], Environment);

        Assert.AreEqual(2, exitCode);
        Assert.AreEqual("", output);
        Assert.Contains($"{folder}/smoke-kontrakt/pod.yaml(6,15): error KTR1005: ", error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("dotnet://Nowhere", "KTR1024")]
    [DataRow("../nowhere", "KTR1012")]
    [DataRow("NGINX", "KTR1018")]
    [DataRow("template://nowhere", "KTR1041")]
    public async Task OfImagesThatCannotBeEndInTwo(string image, string code)
    {
        var folder = Make();
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "pod.yaml"), Pod.Replace("${KO_DOCKER_REPO}/smoke:${kontrakt.sourceReference}", image));

        var (exitCode, output, error) = await CommandLines.RunAsync(["list", "-f", folder], Environment);

        Assert.AreEqual(2, exitCode, error);
        Assert.AreEqual("", output);
        Assert.Contains($"{folder}/smoke-kontrakt/pod.yaml(10,14): error {code}: ", error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task HoldWhatAKustomizationRenders()
    {
        if (!(System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "kubectl")) || File.Exists(Path.Combine(folder, "kustomize"))))
            Assert.Inconclusive("skipped: neither kubectl nor kustomize is installed");
        var folder = Make();
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "kustomization.yaml"), "resources: [pod.yaml]\n");

        var (exitCode, output, error) = await CommandLines.RunAsync(["list", "-f", folder], Environment);

        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual($"smoke-kontrakt\t{folder}/smoke-kontrakt\t1\t1\n", output);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task LeaveOutWhatRunsHaveRecorded()
    {
        var folder = Make();
        var recorded = Path.Combine(folder, "runs", "20260101-000000-abcde", "smoke-kontrakt", "manifests");
        Directory.CreateDirectory(recorded);
        File.WriteAllText(Path.Combine(recorded, "pod.yaml"), Pod);

        var (exitCode, output, error) = await CommandLines.RunAsync(["list", "-f", folder, "--runs-directory", Path.Combine(folder, "runs")], Environment);

        Assert.AreEqual(0, exitCode, error);
        Assert.AreEqual($"smoke-kontrakt\t{folder}/smoke-kontrakt\t1\t1\n", output);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("registry.example/team", "other.example;registry.example/teams", 2)]
    [DataRow("registry.example/team", "registry.example", 0)]
    [DataRow("myorg", "myorg", 0)]
    public async Task OfWhereToPushAreHeldToTheAllowedRegistries(string repository, string allowed, int expected)
    {
        var folder = Make();
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "pod.yaml"), Pod.Replace("    kontrakt: test", "    kontrakt: test\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n    kontrakt: target")
            .Replace("${KO_DOCKER_REPO}/smoke:${kontrakt.sourceReference}", $"x@sha256:{new string('a', 64)}"));

        var (exitCode, _, error) = await CommandLines.RunAsync(["resolve", "-f", folder, "--push-repository", repository, "--push-registry", allowed], Environment);

        Assert.AreEqual(expected == 0, exitCode == 0, error);
        Assert.AreEqual(expected != 0, error.Contains("error KTR2006", StringComparison.Ordinal), error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("registry.example/team/web@sha256:DIGEST", "nginx:1", 0)]
    [DataRow("nginx:1", "registry.example/team/web@sha256:DIGEST", 0)]
    [DataRow("nginx:1", "redis:7", 2)]
    [DataRow("nginx:1", "redis@sha256:DIGEST", 1)]
    [DataRow("redis@sha256:DIGEST", "redis@sha256:DIGEST", 0)]
    [DataRow("registry.example/team/web:1", "nginx:1", 1)]
    public async Task OfTargetsNeedTheDigestsOfTheRunsOwnImages(string first, string second, int errors)
    {
        var folder = Make();
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "web.yaml"), $$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: web, labels: {kontrakt: target}}
            spec:
              initContainers: [{name: first, image: '{{{first}}}'}]
              containers: [{name: main, image: '{{{second}}}'}]
            """.Replace("DIGEST", new('a', 64)));

        var (exitCode, _, error) = await CommandLines.RunAsync(["resolve", "-f", folder], Environment);

        Assert.AreEqual(errors == 0, exitCode == 0, error);
        Assert.HasCount(errors + 1, error.Split("error KTR2005"), error);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Beside an image that is built, which another's init container needs no digest for. The cluster that would build it is not asked.</summary>
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("registry.example/team/web:1", "", "KTR2005: 'registry.example/team/web:1' is the image of a pod labelled 'kontrakt: target', but its digest is not known: nothing here builds it")]
    [DataRow("${KO_DOCKER_REPO}/web:${kontrakt.sourceReference}", "", "KTR2005: 'registry.example/team/web:abc' is")]
    [DataRow("${KO_DOCKER_REPO}/app:old", "", "KTR2005: 'registry.example/team/app:old' is")]
    [DataRow("../app", "KONTRAKT_PUSH_TAGS=not a tag", "KTR1019: KONTRAKT_PUSH_TAGS has the value 'not a tag'")]
    [DataRow("../app", "KONTRAKT_PUSH_REPOSITORY=registry.example/Upper", "KTR1019: KONTRAKT_PUSH_REPOSITORY has the value 'registry.example/Upper'")]
    [DataRow("../app", "KONTRAKT_ATTESTATION_KEY=no-such.pem", "KTR1163: ")]
    [DataRow("nginx:1", "", null)]
    [DataRow("${KO_DOCKER_REPO}/app:${kontrakt.sourceReference}", "", null)]
    public async Task OfTargetsThatCannotBePushedEndBeforeAnythingIsBuilt(string sidecar, string variable, string? expected)
    {
        var folder = Make();
        Directory.CreateDirectory(Path.Combine(folder, "app"));
        File.WriteAllText(Path.Combine(folder, "app", "Dockerfile"), "FROM scratch\n");
        File.WriteAllText(Path.Combine(folder, "nowhere"), """
            apiVersion: v1
            kind: Config
            current-context: nowhere
            contexts: [{name: nowhere, context: {cluster: nowhere}}]
            clusters: [{name: nowhere, cluster: {server: 'https://127.0.0.1:1'}}]
            """);
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "web.yaml"), $$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: web, labels: {kontrakt: target}}
            spec:
              initContainers: [{name: first, image: '{{{sidecar}}}'}]
              containers: [{name: main, image: ../app}]
            """);
        var variables = new Dictionary<string, string>(Environment) { ["KONTRAKT_ATTEST"] = "true", ["KUBECONFIG"] = Path.Combine(folder, "nowhere") };
        if (variable.Split('=') is [var name, var value])
            variables[name] = value;

        var (exitCode, _, error) = await CommandLines.RunAsync(["run", "-f", folder, "--context", "nowhere"], variables);

        Assert.AreNotEqual(0, exitCode, error);
        Assert.Contains($"error {expected ?? "KTR3001"}", error);
        Assert.HasCount(2, error.Split("error KTR"), error);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What only the wait needs is refused before anything is built or applied.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task OfTestsWithUnknownContainersEndInTwo()
    {
        var folder = Make();
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "pod.yaml"), Pod.Replace("  labels:", "  annotations: {kontrakt/container: mian}\n  labels:"));

        var (exitCode, output, error) = await CommandLines.RunAsync(["resolve", "-f", folder], Environment);

        Assert.AreEqual((2, ""), (exitCode, output));
        Assert.Contains("error KTR1019: kontrakt/container has the value 'mian': it takes names of main containers, which are main", error);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OfTheReferenceHoldTheTagAlone()
    {
        var folder = Directory.CreateTempSubdirectory("tool-listings-").FullName;

        var (exitCode, output, error) = await CommandLines.RunAsync(["reference", "-f", folder], Environment);
        var (noneCode, noneOutput, noneError) = await CommandLines.RunAsync(["reference", "-f", folder], new Dictionary<string, string> { ["KO_DOCKER_REPO"] = "registry.example.com/team" });

        Assert.AreEqual((0, "abc\n", ""), (exitCode, output, error));
        Assert.AreEqual((2, ""), (noneCode, noneOutput));
        Assert.Contains("error KTR1008: there is no source reference", noneError);
        Directory.Delete(folder, recursive: true);
    }

    private static string Make()
    {
        var folder = Directory.CreateTempSubdirectory("tool-listings-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "smoke-kontrakt"));
        File.WriteAllText(Path.Combine(folder, "smoke-kontrakt", "pod.yaml"), Pod);
        return folder;
    }
}
