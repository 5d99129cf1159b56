using Kontrakt.Images;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Tests.Infra;

namespace Kontrakt.Tests.Images;

[TestClass]
public sealed class ImageMatches
{
    private const string Built = "localhost:5000/demo/api:abc@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [TestMethod]
    [DataRow("../Api", "../Api", Built, DisplayName = "a path")]
    [DataRow("${KO_DOCKER_REPO}/api:${kontrakt.sourceReference}", "localhost:5000/demo/api:abc", Built, DisplayName = "a built image by its name and tag")]
    [DataRow("localhost:5000/demo/api:v1", "localhost:5000/demo/api:v1", null, DisplayName = "another tag")]
    [DataRow("localhost:5000/demo/other:abc", "localhost:5000/demo/other:abc", null, DisplayName = "a repository that was not built")]
    [DataRow("not an image", "not an image", null, DisplayName = "some other text")]
    public void GoByProjectOrByName(string written, string text, string? expected)
    {
        using var folder = Project();

        var match = new ImageMatcher(Request(folder)).Match(Uses.At(folder.At("kontrakt/pod.yaml"), written), text);

        Assert.AreEqual(expected, match);
    }

    [TestMethod]
    [DataRow("../Api", "../Api")]
    [DataRow("${KO_DOCKER_REPO}/api:abc", "kind-registry:5000/x/api:abc")]
    [DataRow("localhost:5000/demo/api:abc", "localhost:5000/demo/api:abc")]
    public void NameTheClustersRegistryInTheClustersYaml(string written, string text)
    {
        using var folder = Project();
        var request = Request(folder) with { PullRepository = "kind-registry:5000/x" };

        var match = new ImageMatcher(request).Match(Uses.At(folder.At("kontrakt/pod.yaml"), written), text);

        Assert.AreEqual(Built.Replace("localhost:5000/demo", "kind-registry:5000/x", StringComparison.Ordinal), match);
    }

    [TestMethod]
    public void WithoutABuildAreErrors()
    {
        using var folder = Project();
        var request = Request(folder) with { Built = [] };

        var problem = Uses.Problem(() => new ImageMatcher(request).Match(Uses.At(folder.At("kontrakt/pod.yaml"), "../Api"), "../Api"));

        Assert.AreEqual("KTR2004", problem.Code);
        Assert.AreEqual(7, problem.Location?.Line);
    }

    [TestMethod]
    public async Task PinOrdinaryReferencesAndNameAllThatFail()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        using var folder = Project();
        var manifest = await registry.PushImageAsync(ImageReference.Parse($"{docker.Host}/tools/curl:8"), Registries.Noise(100));
        var file = folder.At("kontrakt/pod.yaml");
        PinCandidate Candidate(string text, int line) => new(Uses.At(file, text, line), text);

        var pinned = await ImagePinner.PinAsync([Candidate($"{docker.Host}/tools/curl:8", 3), Candidate("../Api", 4)], Request(folder), registry, CancellationToken.None);
        var failure = await Assert.ThrowsExactlyAsync<Kontrakt.Diagnostics.KontraktException>(() =>
            ImagePinner.PinAsync([Candidate($"{docker.Host}/tools/none:1", 3), Candidate("nowhere.invalid/x:1", 9)], Request(folder), registry, CancellationToken.None));

        Assert.AreEqual(manifest.Digest, pinned.Single().Value);
        Assert.AreEqual($"{docker.Host}/tools/curl:8@{manifest.Digest}", new ImageMatcher(Request(folder) with { Pinned = pinned }).Match(Uses.At(file, pinned.Keys.Single()), pinned.Keys.Single()));
        CollectionAssert.AreEqual(new[] { "KTR2003 3", "KTR2001 9" }, failure.Diagnostics.Select(problem => $"{problem.Code} {problem.Location?.Line}").ToArray());
    }

    private static ImageMatchRequest Request(TempFolder folder) => new()
    {
        Built = [new(folder.At("Api/Api.csproj"), ImageReference.Parse(Built), Reused: false)],
        Repository = "localhost:5000/demo",
    };

    private static TempFolder Project()
    {
        var folder = new TempFolder();
        folder.Write("Api/Api.csproj", "");
        folder.Write("kontrakt/pod.yaml", "");
        return folder;
    }
}
