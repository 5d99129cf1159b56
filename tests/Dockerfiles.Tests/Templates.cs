using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Dockerfiles.Tests.Infra;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Tests;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>A Dockerfile that a template builds is built as any other.</summary>
[TestClass]
public sealed class Templates
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    [DataRow(false)]
    [DataRow(true, DisplayName = "of several sources")]
    public async Task ThatFailPointAtTheInstructionInTheSource(bool several)
    {
        using var workshop = await Workshop.OpenAsync();
        var dockerfile = workshop.Write("app/Dockerfile", "ARG IMAGE\nFROM ${IMAGE}\nRUN true\nRUN false\n");
        var use = Use(workshop, await BaseAsync(workshop));
        if (several)
            use = use with { Sources = [.. use.Sources, new TemplateSource.Text("packages.txt", "curl"u8.ToArray(), null)] };

        var problem = (await Assert.ThrowsExactlyAsync<KontraktException>(() => workshop.BuildByTemplateAsync(use, Token), workshop.Log.ToString())).Diagnostics.Single();

        Assert.AreEqual(("KTR2014", new SourceLocation(dockerfile, 4, 1, 4)), (problem.Code, problem.Location), problem.Message);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task ThatAreNoneStartNoPod()
    {
        using var workshop = await Workshop.OpenAsync();
        var dockerfile = workshop.Write("app/Dockerfile", "FROM scratch\nCOPI a b\n");

        var problem = (await Assert.ThrowsExactlyAsync<KontraktException>(async () => await workshop.BuildByTemplateAsync(Use(workshop, await BaseAsync(workshop)), Token))).Diagnostics.Single();

        Assert.AreEqual(("KTR2015", new SourceLocation(dockerfile, 2, 1)), (problem.Code, problem.Location), problem.Message);
        Assert.HasCount(0, await workshop.Cluster.NamespacesOfAsync(workshop.Id, Token));
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OnAnImageOfThisMachinesRegistryFindItByThePodsName()
    {
        using var workshop = await Workshop.OpenAsync();
        var image = await BaseAsync(workshop);
        workshop.Write("app/Dockerfile", $"FROM {image}\nARG IMAGE\nRUN true\n");

        var report = await workshop.ReportAsync(await workshop.BuildByTemplateAsync(Use(workshop, image), Token), Token);

        Assert.MatchesRegex($"--registry-map={TestImage.Registry}=[^\\n]+(\n|$)", report["arguments"]);
        Assert.DoesNotContain($"IMAGE={TestImage.Registry}", report["build-args"]);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreMadeAnewWhereAnImageThatOnlyTheDockerfileNamesHasChanged()
    {
        using var workshop = await Workshop.OpenAsync();
        var (argument, literal) = (await BaseAsync(workshop), await BaseAsync(workshop, "literal"));
        workshop.Write("app/Dockerfile", $"FROM {literal}\n");

        var first = await workshop.BuildByTemplateAsync(Use(workshop, argument), Token);
        var same = await workshop.BuildByTemplateAsync(Use(workshop, argument), Token);
        await BaseAsync(workshop, "literal", seed: 2);
        var changed = await workshop.BuildByTemplateAsync(Use(workshop, argument), Token);

        Assert.AreEqual((false, true, false), (first.Reused, same.Reused, changed.Reused), workshop.Log.ToString());
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OnImagesThatPodsDoNotReachGetCopiesOfThemOnTheEngine()
    {
        using var workshop = await Workshop.OpenAsync();
        if (workshop.Cluster.Connection.Name != EngineHandshake.Context)
            Assert.Inconclusive("skipped: of all clusters it is the engine whose pods reach no registry but its own");
        await using var elsewhere = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        await Workshop.PushBaseAsync(registry, $"{elsewhere.Host}/tools/base:1");
        await Workshop.PushBaseAsync(registry, $"{elsewhere.Host}/tools/literal:1");
        var folder = $"kontrakt-tests/bases/{elsewhere.Host.Replace(':', '-')}";

        workshop.Write("app/Dockerfile", "ARG IMAGE\nFROM ${IMAGE}\n");
        var argument = await workshop.ReportAsync(await workshop.BuildByTemplateAsync(Use(workshop, $"{elsewhere.Host}/tools/base:1"), Token), Token);
        workshop.Write("app/Dockerfile", $"FROM {elsewhere.Host}/tools/literal:1\n");
        var literal = await workshop.ReportAsync(await workshop.BuildByTemplateAsync(Use(workshop, $"{elsewhere.Host}/tools/base:1"), Token), Token);

        Assert.MatchesRegex($"IMAGE=[^\\n]+/{folder}/tools/base@sha256:", argument["build-args"]);
        Assert.MatchesRegex($"--registry-map={elsewhere.Host}=[^\\n]+/{folder}(\n|$)", literal["arguments"]);
        Assert.IsNotNull(await workshop.ResolveAsync($"{TestImage.Registry}/{folder}/tools/literal:1", Token));
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfABuildAmongManifestsMakeTheImageThatPodsName()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Write("kontrakt/build.yaml", """
            apiVersion: build.knative.dev/v1alpha1
            kind: Build
            metadata: {name: made}
            spec:
              timeout: 3m
              source: {custom: {image: 'SHELL', command: [sh, -c], args: ['printf "FROM scratch\nLABEL by=build\n" > Dockerfile']}}
              steps:
              - {image: gcr.io/kaniko-project/executor, args: [--dockerfile=Dockerfile, '--destination=${KO_DOCKER_REPO}/made:${kontrakt.sourceReference}']}
            """.Replace("SHELL", await TestImage.BusyboxAsync(), StringComparison.Ordinal));
        workshop.Write("kontrakt/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {kontrakt: test}}\nspec: {containers: [{name: main, image: '${KO_DOCKER_REPO}/made:${kontrakt.sourceReference}'}]}\n");
        var runs = await workshop.RunsAsync(Token);
        var run = (await runs.BeginAsync([], Token)).Run;

        var first = await run.BuildInClusterAsync(Token);
        var second = await run.BuildInClusterAsync(Token);
        await run.ResolveAsync(Token);

        Assert.AreEqual((1, 0, 1), (first.Built, second.Built, second.Unchanged), workshop.Log.ToString());
        var digest = (await workshop.ResolveAsync($"{TestImage.Registry}/kontrakt-tests/{workshop.Id}/made:v1", Token))?.Digest;
        var resolved = File.ReadAllText(Directory.GetFiles(Path.Combine(workshop.Settings.RunsDirectory, run.Id), "pod.yaml", SearchOption.AllDirectories).Single());
        Assert.Contains($"/kontrakt-tests/{workshop.Id}/made:v1@{digest}", resolved);
    }

    private static TemplateUse Use(Workshop workshop, string image) => new()
    {
        Template = "function-template",
        Arguments = [new("IMAGE", image, null), new("HANDLER", "hello.js", null)],
        Sources = [new TemplateSource.Folder(workshop.At("app"), null)],
    };

    private static async Task<string> BaseAsync(Workshop workshop, string name = "base", int seed = 1)
    {
        var image = $"{TestImage.Registry}/kontrakt-tests/{workshop.Id}/{name}:1";
        using var registry = Registries.Client();
        await Workshop.PushBaseAsync(registry, image, seed);
        return image;
    }
}
