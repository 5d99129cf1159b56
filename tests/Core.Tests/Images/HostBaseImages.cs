using Kontrakt.Images.HostBase;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Tests.Infra;

namespace Kontrakt.Tests.Images;

[TestClass]
public sealed class HostBaseImages
{
    [TestMethod]
    [Timeout(300_000)]
    public async Task ReproduceAndAreMadeOnce()
    {
        await using var docker = await DockerRegistry.StartAsync();
        using var registry = Registries.Client();
        using var folder = new TempFolder();
        var log = new RecordedLog();
        Task<ImageReference> EnsureAsync(string repository, string cache) =>
            HostBaseImage.EnsureAsync(new() { Repository = $"{docker.Host}/{repository}", CacheDirectory = folder.At(cache) }, registry, log, CancellationToken.None);

        var first = await EnsureAsync("one", "a");
        var again = await EnsureAsync("one", "a");
        var withoutMemory = await EnsureAsync("two", "b");

        Assert.AreEqual(first, again);
        Assert.AreEqual(first.Digest, withoutMemory.Digest);
        Assert.AreEqual($"{docker.Host}/one/dotnet-host:{Environment.Version}", first.WithDigest(null).ToString());
        Assert.HasCount(2, log.Lines, string.Join(Environment.NewLine, log.Lines));
    }

    [TestMethod]
    public async Task OfAFolderWithoutRuntimeAreAnError()
    {
        using var registry = Registries.Client();
        using var folder = new TempFolder();

        var problem = await Uses.ProblemAsync(() =>
            HostBaseImage.EnsureAsync(new() { Repository = "localhost:5000/x", DotnetRoot = folder.Path }, registry, new RecordedLog(), CancellationToken.None));

        Assert.AreEqual("KTR2008", problem.Code);
        StringAssert.Contains(problem.Message, folder.Path, StringComparison.Ordinal);
    }
}
