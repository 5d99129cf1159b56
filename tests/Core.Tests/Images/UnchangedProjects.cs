using Kontrakt.Images.Projects;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;

namespace Kontrakt.Tests.Images;

[TestClass]
public sealed class UnchangedProjects
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task KeepTheirDigestAndGetTheNewTag()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        using var folder = new TempFolder();
        var first = await PushAsync(registry, Published(folder, docker.Host, "t1"));

        var again = await CheckAsync(registry, Published(folder, docker.Host, "t1"));
        var tagged = await CheckAsync(registry, Published(folder, docker.Host, "t2"));

        Assert.AreEqual(first, again.Current);
        Assert.AreEqual(first, tagged.Current);
        Assert.AreEqual(first, (await registry.ResolveAsync(ImageReference.Parse($"{docker.Host}/demo/api:t2"), CancellationToken.None))?.Digest);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("a file's content")]
    [DataRow("a file's name")]
    [DataRow("a container setting")]
    [DataRow("the base image")]
    [DataRow("the registry lost it")]
    public async Task StopBeingUnchangedBy(string change)
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        using var folder = new TempFolder();
        var request = Published(folder, docker.Host, "t1");
        var digest = await PushAsync(registry, request);

        switch (change)
        {
            case "a file's content": folder.Write("publish/api.dll", "other"); break;
            case "a file's name": File.Move(folder.At("publish/api.dll"), folder.At("publish/web.dll")); break;
            case "a container setting": request = request with { Inputs = ["port 8081/tcp"] }; break;
            case "the base image": await registry.PushImageAsync(ImageReference.Parse($"{docker.Host}/base:1"), Registries.Noise(100, seed: 2)); break;
            default: await registry.DeleteManifestAsync(request.Image.WithTag(null).WithDigest(digest), CancellationToken.None); break;
        }
        var state = await CheckAsync(registry, request);

        Assert.IsNull(state.Current);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task StandWhileTheirBaseImageCannotBeRead()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        using var folder = new TempFolder();
        var log = new RecordedLog();
        var request = Published(folder, docker.Host, "t1");
        var digest = await PushAsync(registry, request);
        await registry.DeleteManifestAsync(ImageReference.Parse((await CheckAsync(registry, request)).Fingerprint.Base!), CancellationToken.None);

        var state = await ProjectImages.CheckAsync(request, registry, log, CancellationToken.None);
        folder.Write("publish/api.dll", "other");
        var problem = await Uses.ProblemAsync(() => CheckAsync(registry, request));

        Assert.AreEqual(digest, state.Current);
        StringAssert.Contains(log.Lines.Single(), "cannot be read now", StringComparison.Ordinal);
        Assert.AreEqual("KTR2007", problem.Code);
        Assert.AreEqual(request.ProjectFile, problem.Location?.File);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AreNotAskedForWhereTheRegistryCannotBeReached()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        using var folder = new TempFolder();
        var request = Published(folder, docker.Host, "t1");
        await registry.PushImageAsync(ImageReference.Parse(request.BaseImage), Registries.Noise(100));

        var problem = await Uses.ProblemAsync(() => CheckAsync(registry, request with { Image = ImageReference.Parse("nowhere.invalid/demo/api:t1") }));

        Assert.AreEqual("KTR2001", problem.Code);
        Assert.AreEqual(request.ProjectFile, problem.Location?.File);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AreRecordedOnlyWithTheDigestThatWasPushed()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        using var folder = new TempFolder();
        var request = Published(folder, docker.Host, "t1");
        await PushAsync(registry, request);
        var fingerprint = (await CheckAsync(registry, request)).Fingerprint;

        var problem = await Uses.ProblemAsync(() => ProjectImages.RecordAsync(request, fingerprint, $"sha256:{new string('0', 64)}", registry, CancellationToken.None));

        Assert.AreEqual("KTR2004", problem.Code);
    }

    private static Task<ProjectImageState> CheckAsync(RegistryClient registry, ProjectImageRequest request) =>
        ProjectImages.CheckAsync(request, registry, new RecordedLog(), CancellationToken.None);

    /// <summary>What the SDK does between check and record, with an image of one layer.</summary>
    private static async Task<Digest> PushAsync(RegistryClient registry, ProjectImageRequest request)
    {
        await registry.PushImageAsync(ImageReference.Parse(request.BaseImage), Registries.Noise(100));
        var state = await CheckAsync(registry, request);
        Assert.IsNull(state.Current);
        var pushed = await registry.PushImageAsync(request.Image, Registries.Noise(200, seed: 3));
        return await ProjectImages.RecordAsync(request, state.Fingerprint, pushed.Digest.ToString(), registry, CancellationToken.None);
    }

    private static ProjectImageRequest Published(TempFolder folder, string host, string tag)
    {
        folder.Write("publish/api.dll", "program");
        folder.Write("publish/wwwroot/index.html", "page");
        return new()
        {
            ProjectFile = folder.At("Api.csproj"),
            Image = ImageReference.Parse($"{host}/demo/api:{tag}"),
            BaseImage = $"{host}/base:1",
            PublishDirectory = folder.At("publish"),
            Inputs = ["port 8080/tcp"],
            StampDirectory = folder.At("obj/kontrakt"),
        };
    }
}
