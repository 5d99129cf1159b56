using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Dockerfiles.Tests.Infra;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Tests;

namespace Kontrakt.Dockerfiles.Tests;

/// <summary>Builds on a real cluster, with an executor that says what it was given.</summary>
[TestClass]
public sealed class Builds
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task GetTheContextAndTheArgumentsAndLeaveAnImage()
    {
        using var workshop = await Workshop.OpenAsync();
        var dockerfile = workshop.Dockerfile("LABEL a=b", "COPY src/main.c /", "RUN true");
        workshop.Write("web/src/main.c", "int main;");
        var item = new ImageItem("web") { BuildArgs = new Dictionary<string, string> { ["WORDS"] = "two $(HOME) words$$(PATH)" }, Labels = new Dictionary<string, string> { ["l"] = "1", ["word"] = "$(PATH) $$" } };

        var built = await workshop.BuildAsync(dockerfile, Token, item: item);

        Assert.IsFalse(built.Reused);
        Assert.AreEqual((await workshop.ResolveAsync($"{workshop.Image}:v1", Token))?.Digest, built.Reference.Digest);
        var report = await workshop.ReportAsync(built, Token);
        Assert.AreEqual("Dockerfile\nsrc/main.c", report["workspace"]);
        // On the embedded engine, its proxy is among them.
        var (arguments, proxies) = (report["build-args"].Split('\n'), new[] { "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy" });
        Assert.AreEqual("WORDS=two $(HOME) words$$(PATH)", arguments[0]);
        CollectionAssert.AreEqual(workshop.IsOnTheEngine ? proxies : [], arguments.Skip(1).Select(argument => argument.Split('=')[0]).ToList());
        Assert.Contains("--dockerfile=/kaniko/kontrakt/context/Dockerfile", report["arguments"]);
        Assert.Contains("--label=l=1", report["arguments"]);
        Assert.Contains("--label=word=$(PATH) $$", report["arguments"]);
        Assert.Contains("[web] INFO[0000] RUN true", workshop.Log.ToString());
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task HaveTheCredentialsOfTheirRegistriesOnlyAndShowThemNowhere()
    {
        using var workshop = await Workshop.OpenAsync();

        var report = await workshop.ReportAsync(await workshop.BuildAsync(workshop.Dockerfile("RUN true"), Token), Token);

        Assert.HasCount(1, report["credentials"].Split('\n'), report["credentials"]);
        // The embedded engine gives each build a token of its own; who else is logged in there, its pods do not learn.
        if (workshop.IsOnTheEngine)
            Assert.Contains(Convert.ToBase64String("kontrakt:"u8), report["credentials"]);
        else
            Assert.Contains(Convert.ToBase64String("someone:a-secret-word"u8), report["credentials"]);
        Assert.DoesNotContain("a-secret-word", workshop.Log.ToString());
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task HaveTheSecretsThatCommandsMountAndTheirValuesCountForNothing()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Settings = workshop.Settings with { KanikoSameAs = Executor.Default };
        var item = new ImageItem("web") { Secrets = new Dictionary<string, string> { ["token"] = workshop.Write("token", "one-hidden-word"), ["unused"] = "env:NOT_SET_ANYWHERE" } };
        var dockerfile = workshop.Dockerfile("RUN --mount=type=secret,id=token true");

        var first = await workshop.BuildAsync(dockerfile, Token, item: item);
        workshop.Write("token", "another-hidden-word");
        var second = await workshop.BuildAsync(dockerfile, Token, item: item);

        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("one-hidden-word"u8));
        Assert.AreEqual($"id=token,type=file,src=/kaniko/kontrakt/secrets/token {hash}", (await workshop.ReportAsync(first, Token))["secrets"]);
        Assert.IsTrue(second.Reused);
        Assert.DoesNotContain("hidden-word", workshop.Log.ToString());
        Assert.DoesNotContain("hidden-word", string.Concat(Directory.GetFiles(workshop.Settings.RunsDirectory, "*", SearchOption.AllDirectories).Select(File.ReadAllText)));
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task ThatLackASecretStartNoPod()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Settings = workshop.Settings with { KanikoSameAs = Executor.Default };
        var item = new ImageItem("web") { Secrets = new Dictionary<string, string> { ["token"] = "env:NOT_SET_ANYWHERE" } };

        var problem = (await Assert.ThrowsExactlyAsync<KontraktException>(() => workshop.BuildAsync(workshop.Dockerfile("RUN --mount=type=secret,id=token true"), Token, item: item))).Diagnostics.Single();

        Assert.AreEqual("KTR2201", problem.Code);
        Assert.Contains("'NOT_SET_ANYWHERE'", problem.Message);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfWhatIsUnchangedStartNoPod()
    {
        using var workshop = await Workshop.OpenAsync();
        var dockerfile = workshop.Dockerfile("RUN true");
        var first = await workshop.BuildAsync(dockerfile, Token);
        workshop.Settings = workshop.Settings with { KubeContext = "no-such-cluster" };

        var second = await workshop.BuildAsync(dockerfile, Token, tag: "v2");

        Assert.IsTrue(second.Reused);
        Assert.AreEqual(first.Reference.Digest, second.Reference.Digest);
        Assert.AreEqual(first.Reference.Digest, (await workshop.ResolveAsync($"{workshop.Image}:v2", Token))?.Digest);
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("a file")]
    [DataRow("an argument")]
    [DataRow("an executor's argument")]
    public async Task OfWhatHasChangedAreMadeAnew(string change)
    {
        using var workshop = await Workshop.OpenAsync();
        var dockerfile = workshop.Dockerfile("RUN true");
        var item = new ImageItem("web");
        await workshop.BuildAsync(dockerfile, Token, item: item);
        if (change == "a file")
            workshop.Write("web/file", "new");
        else if (change == "an argument")
            item = item with { BuildArgs = new Dictionary<string, string> { ["A"] = "b" } };
        else
            workshop.Settings = workshop.Settings with { KanikoArgs = ["--verbosity=debug"] };

        var second = await workshop.BuildAsync(dockerfile, Token, item: item);

        Assert.IsFalse(second.Reused, workshop.Log.ToString());
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfSeveralSourcesRunAtOnceEachSourceOnce()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Write("a/Dockerfile", "FROM scratch\nRUN meet b\n");
        workshop.Write("b/Dockerfile", "FROM scratch\nRUN meet a\n");
        workshop.Write("kontrakt/pods.yaml", string.Join("---\n", new[] { "../a", "../b", "dockerfile://../a", "../a/Dockerfile" }.Select((image, index) =>
            $"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{index}, labels: {{kontrakt: test}}}}\nspec: {{containers: [{{name: main, image: '{image}'}}]}}\n")));
        var runs = await workshop.RunsAsync(Token);
        var run = (await runs.BeginAsync([], Token)).Run;

        var count = await run.BuildInClusterAsync(Token);
        await run.ResolveAsync(Token);

        Assert.AreEqual((2, 0), (count.Built, count.Unchanged));
        var resolved = File.ReadAllText(Directory.GetFiles(Path.Combine(workshop.Settings.RunsDirectory, run.Id), "pods.yaml", SearchOption.AllDirectories).Single());
        Assert.HasCount(4, resolved.Split($"/kontrakt-tests/{workshop.Id}/a:v1@sha256:").Concat(resolved.Split($"/{workshop.Id}/b:v1@sha256:")).Skip(2).ToArray(), resolved);
        Assert.HasCount(0, await workshop.Cluster.NamespacesOfAsync(run.Id, Token));
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreWhatTheFilesOfAKontraktNameInTheirSourcesWhenImagesAreReplaced()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Write("web/Dockerfile", "FROM scratch\nLABEL a=b\n");
        const string Before = "apiVersion: v1\r\nkind: Pod # a test\r\nmetadata: {name: p, labels: {kontrakt: test}}\r\nspec: {containers: [{name: main, image: '", After = "'}]}\r\n";
        var file = workshop.Write("kontrakt/pod.yaml", Before + "../web" + After);
        var runs = await workshop.RunsAsync(Token);
        var run = (await runs.BeginAsync([], Token)).Run;

        await run.BuildInClusterAsync(Token);
        var changed = await run.ReplaceImagesAsync(write: true, Token);

        var image = $"{TestImage.Registry}/kontrakt-tests/{workshop.Id}/web:v1";
        Assert.AreEqual(file, changed.Single());
        Assert.AreEqual($"{Before}{image}@{(await workshop.ResolveAsync(image, Token))?.Digest}{After}", File.ReadAllText(file));
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OfADockerfileOutsideOfItsContextHaveItAndItsIgnoreFileButNotInTheContext()
    {
        using var workshop = await Workshop.OpenAsync();
        workshop.Write("docker/web.Dockerfile", "FROM scratch\nCOPY kept /\nLABEL outside=yes\n");
        workshop.Write("docker/web.Dockerfile.dockerignore", "left-out\n");
        workshop.Write("web/.dockerignore", "kept\n");
        workshop.Write("web/kept", "");
        workshop.Write("web/left-out", "");
        var file = workshop.Write("kontrakt/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {kontrakt: test}}\nspec: {containers: [{name: main, image: 'dockerfile://../web?dockerfile=../docker/web.Dockerfile'}]}\n");
        var runs = await workshop.RunsAsync(Token);

        var first = await BuildAsync();
        var report = await workshop.ReportAsync(new("", first.Image, Reused: false), Token);
        var second = await BuildAsync();
        workshop.Write("docker/web.Dockerfile", "FROM scratch\nLABEL outside=changed\n");
        var third = await BuildAsync();

        Assert.AreEqual("yes", report["outside"], file);
        Assert.AreEqual(".dockerignore\nkept", report["workspace"]);
        Assert.AreEqual("Dockerfile\nDockerfile.dockerignore", report["beside"]);
        Assert.AreEqual((1, 0, 1), (first.Built, second.Built, third.Built));

        async Task<(int Built, Kontrakt.Oci.Names.ImageReference Image)> BuildAsync()
        {
            var run = (await runs.BeginAsync([], Token)).Run;
            return ((await run.BuildInClusterAsync(Token)).Built, Kontrakt.Oci.Names.ImageReference.Parse($"{TestImage.Registry}/kontrakt-tests/{workshop.Id}/web:v1"));
        }
    }

    [TestMethod, Timeout(300_000, CooperativeCancellation = true)]
    public async Task OnAnImageThatPodsDoNotReachGetACopyOfItOnTheEngine()
    {
        using var workshop = await Workshop.OpenAsync();
        if (workshop.Cluster.Connection.Name != EngineHandshake.Context)
            Assert.Inconclusive("skipped: of all clusters it is the engine whose pods reach no registry but its own");
        await using var elsewhere = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        await Workshop.PushBaseAsync(registry, $"{elsewhere.Host}/tools/base:1");
        var dockerfile = workshop.Write("web/Dockerfile", $"FROM {elsewhere.Host}/tools/base:1\n");

        var report = await workshop.ReportAsync(await workshop.BuildAsync(dockerfile, Token), Token);

        var folder = $"kontrakt-tests/bases/{elsewhere.Host.Replace(':', '-')}";
        Assert.MatchesRegex($"--registry-map={elsewhere.Host}=[^\\n]+/{folder}(\n|$)", report["arguments"]);
        Assert.IsNotNull(await workshop.ResolveAsync($"{TestImage.Registry}/{folder}/tools/base:1", Token));
    }
}
