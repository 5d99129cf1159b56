using Kontrakt.Images.Contexts;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;

namespace Kontrakt.Tests.Images;

/// <summary>The base of contexts runs in builds: a tag that somebody else has set must not decide what runs there.</summary>
[TestClass]
public sealed class ExtractorImages
{
    [TestMethod]
    [Timeout(300_000)]
    public async Task AreWhatThisMachineMadeWhateverTheirTagSays()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        using var folder = new TempFolder();
        var log = new RecordedLog();
        Task<ImageReference> EnsureAsync(string cache) => ExtractorImage.EnsureAsync($"{docker.Host}/a", registry, log, CancellationToken.None, folder.At(cache));

        var made = await EnsureAsync("one");
        var tagged = made.WithDigest(null);
        await ImagePusher.PushAsync(registry, tagged, new() { Config = new ImageConfig { Os = "linux", Architecture = "amd64", Entrypoint = ["/evil"] }, Layers = [] }, CancellationToken.None);
        var poisoned = await registry.ResolveAsync(tagged, CancellationToken.None);
        var known = await EnsureAsync("one");
        var withoutMemory = await EnsureAsync("two");

        Assert.AreNotEqual(made.Digest, poisoned?.Digest);
        Assert.AreEqual(made, known);
        Assert.AreEqual(made, withoutMemory);
        Assert.AreEqual(made.Digest, (await registry.ResolveAsync(tagged, CancellationToken.None))?.Digest);
    }
}
