using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Kontrakt.Oci.Tests;

/// <summary>The client against a real registry.</summary>
[TestClass]
public sealed class Client
{
    private static DockerRegistry? shared;

    private static DockerRegistry Registry => shared!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => shared = await DockerRegistry.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (shared is not null)
            await shared.DisposeAsync();
    }

    private static ImageReference Image(string rest) => ImageReference.Parse($"{Registry.Host}/{rest}");

    [TestMethod, Timeout(120_000)]
    public async Task RoundTripsAnImage()
    {
        using var client = Client();
        var layer = Noise(300_000);

        var manifest = await client.PushImageAsync(Image("round/trip:1"), layer);

        var read = await client.GetManifestAsync(Image("round/trip:1"), CancellationToken.None);
        Assert.AreEqual(manifest.Digest, read.Digest);
        Assert.AreEqual(manifest.Descriptor, await client.ResolveAsync(Image("round/trip:1"), CancellationToken.None));
        CollectionAssert.AreEqual(layer, await client.ReadAsync(Image("round/trip"), ImageManifest.Parse(read).Layers[0]));
    }

    [TestMethod, Timeout(120_000)]
    public async Task UploadsInChunksWhatIsLarge()
    {
        using var client = Client(new() { ChunkSize = 100_000 });
        var bytes = Noise(1_234_567);

        var uploaded = await client.PushAsync(Image("in/chunks"), bytes);
        var again = await client.PushAsync(Image("in/chunks"), bytes);

        Assert.IsTrue(uploaded);
        Assert.IsFalse(again);
        CollectionAssert.AreEqual(bytes, await client.ReadAsync(Image("in/chunks"), Blob(bytes)));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(16 * 1024 * 1024)]
    [DataRow(1_000_000)]
    public async Task GetsThroughABadLine(int chunkSize)
    {
        await using var line = new CuttingProxy(Registry.Host, cuts: 6, bytesUntilCut: 1_700_000);
        using var client = Client(new() { Time = new FakeTime(), ChunkSize = chunkSize });
        var bytes = Noise(8_000_000, seed: chunkSize);
        var image = ImageReference.Parse($"{line.Host}/bad/line");

        await client.PushAsync(image, bytes);
        var read = await client.ReadAsync(image, Blob(bytes));

        CollectionAssert.AreEqual(bytes, read);
        Assert.AreEqual(6, line.Cuts);
    }

    [TestMethod, Timeout(120_000)]
    public async Task MountsFromAnotherRepository()
    {
        using var client = Client();
        var bytes = Noise(1000, seed: 2);
        await client.PushAsync(Image("mount/from"), bytes);

        var uploaded = await client.PushBlobAsync(Image("mount/to"), Blob(bytes), _ => throw new InvalidOperationException("uploaded"), "mount/from", CancellationToken.None);

        Assert.IsFalse(uploaded);
        CollectionAssert.AreEqual(bytes, await client.ReadAsync(Image("mount/to"), Blob(bytes)));
    }

    [TestMethod, Timeout(120_000)]
    public async Task UploadsWhatTheOtherRepositoryDoesNotHave()
    {
        using var client = Client();
        var bytes = Noise(1000, seed: 3);

        var uploaded = await client.PushAsync(Image("mount/missing"), bytes, mountFrom: "mount/nowhere");

        Assert.IsTrue(uploaded);
        CollectionAssert.AreEqual(bytes, await client.ReadAsync(Image("mount/missing"), Blob(bytes)));
    }

    [TestMethod, Timeout(120_000)]
    public async Task HasNoManifestForAnUnknownTag()
    {
        using var client = Client();

        var resolved = await client.ResolveAsync(Image("nothing/here:1"), CancellationToken.None);
        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => client.GetManifestAsync(Image("nothing/here:1"), CancellationToken.None));

        Assert.IsNull(resolved);
        Assert.AreEqual(RegistryFault.NotFound, error.Fault);
        StringAssert.Contains(error.Message, "nothing/here:1");
    }

    [TestMethod, Timeout(120_000)]
    public async Task DeletesAManifest()
    {
        using var client = Client();
        var manifest = await client.PushImageAsync(Image("gone/soon:1"), Noise(10));
        var byDigest = Image("gone/soon").WithDigest(manifest.Digest);

        var deleted = await client.DeleteManifestAsync(byDigest, CancellationToken.None);

        Assert.IsTrue(deleted);
        Assert.IsFalse(await client.DeleteManifestAsync(byDigest, CancellationToken.None));
        Assert.IsNull(await client.ResolveAsync(Image("gone/soon:1"), CancellationToken.None));
    }

    [TestMethod, Timeout(120_000)]
    public async Task RefusesBytesThatAreNotTheDigest()
    {
        using var client = Client();
        var other = Blob(Noise(100, seed: 4));

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => client.PushBlobAsync(Image("not/it"), other, Opening(Noise(100, seed: 5)), null, CancellationToken.None));

        Assert.AreEqual(RegistryFault.Rejected, error.Fault, error.Message);
        StringAssert.Contains(error.Message, "DIGEST_INVALID");
    }
}
