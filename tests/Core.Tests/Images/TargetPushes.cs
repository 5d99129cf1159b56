using Kontrakt.Diagnostics;
using Kontrakt.Images.Push;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Tests.Infra;

namespace Kontrakt.Tests.Images;

[TestClass]
public sealed class TargetPushes
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [TestMethod]
    [DataRow(null, "localhost:5000/demo/api")]
    [DataRow("registry.example.com/team", "registry.example.com/team/api")]
    public void GoUnderTheSourceReferenceAndTheFurtherTags(string? repository, string destination)
    {
        var request = Request($"localhost:5000/demo/api:abc@{Digest}") with { PushRepository = repository, Tags = ["latest", "abc"] };

        var plan = TargetPushPlan.For(request);

        Assert.AreEqual(destination, plan.Pushes.Single().Destination.Name);
        CollectionAssert.AreEqual(new[] { "abc", "latest" }, plan.Pushes.Single().Tags.ToArray());
    }

    [TestMethod]
    public void MapTheClustersNameBack()
    {
        var request = Request($"kind-registry:5000/x/api:abc@{Digest}") with { PullRepository = "kind-registry:5000/x" };

        var plan = TargetPushPlan.For(request);

        Assert.AreEqual($"localhost:5000/demo/api@{Digest}", plan.Pushes.Single().Source.ToString());
    }

    [TestMethod]
    public void LeaveOthersImagesAloneUnlessThereIsAPushRepository()
    {
        var request = Request($"nginx:1.27@{Digest}");

        var without = TargetPushPlan.For(request);
        var with = TargetPushPlan.For(request with { PushRepository = "registry.example.com/team" });

        Assert.IsEmpty(without.Pushes);
        Assert.AreEqual("registry.example.com/team/library/nginx", with.Pushes.Single().Destination.Name);
        CollectionAssert.AreEqual(new[] { "1.27" }, with.Pushes.Single().Tags.ToArray());
    }

    [TestMethod]
    public void AreOthersImagesWhereNothingWasBuilt()
    {
        var request = Request($"nginx:1.27@{Digest}") with { Repository = null, PullRepository = "kind-registry:5000/x" };

        var plan = TargetPushPlan.For(request);

        Assert.IsEmpty(plan.Pushes);
    }

    [TestMethod]
    public void NameEveryTargetWithoutDigestOrOutsideOfTheAllowedRegistries()
    {
        var request = Request("localhost:5000/demo/web:abc", $"localhost:5000/demo/api:abc@{Digest}") with { AllowedRegistries = ["localhost:5001", "localhost:5000/other"] };

        var failure = Assert.ThrowsExactly<KontraktException>(() => TargetPushPlan.For(request));

        CollectionAssert.AreEqual(new[] { "KTR2005 1", "KTR2006 2" }, failure.Diagnostics.Select(problem => $"{problem.Code} {problem.Location?.Line}").ToArray());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task CopyByDigestToAnotherRegistry()
    {
        await using var docker = await DockerRegistry.StartAsync();
        await using var other = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        var manifest = await registry.PushImageAsync(ImageReference.Parse($"{docker.Host}/demo/api:abc"), Registries.Noise(1000));
        var request = Request($"{docker.Host}/demo/api:abc@{manifest.Digest}") with { Repository = $"{docker.Host}/demo", PushRepository = $"{other.Host}/released", Tags = ["latest"] };

        var pushed = await TargetPusher.PushAsync(request, registry, new RecordedLog(), CancellationToken.None);

        Assert.AreEqual($"{other.Host}/released/api:abc@{manifest.Digest}", pushed.Single().ToString());
        foreach (var tag in new[] { "abc", "latest" })
            Assert.AreEqual(manifest.Digest, (await registry.ResolveAsync(ImageReference.Parse($"{other.Host}/released/api:{tag}"), CancellationToken.None))?.Digest);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OfAnImageThatIsGoneAreErrorsAtItsPlace()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        var request = Request($"{docker.Host}/demo/api:abc@{Digest}") with { Repository = $"{docker.Host}/demo" };

        var problem = await Uses.ProblemAsync(() => TargetPusher.PushAsync(request, registry, new RecordedLog(), CancellationToken.None));

        Assert.AreEqual("KTR2003", problem.Code);
        Assert.AreEqual(1, problem.Location?.Line);
    }

    private static TargetPushRequest Request(params string[] targets) => new()
    {
        Targets = [.. targets.Select((text, index) => new TargetImage(ImageReference.Parse(text), new("/pod.yaml", index + 1, 5)))],
        Repository = "localhost:5000/demo",
        SourceReference = "abc",
    };
}
