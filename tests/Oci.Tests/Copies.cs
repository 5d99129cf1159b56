using Kontrakt.Tests;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Kontrakt.Oci.Tests;

/// <summary>Images move between repositories and registries by digest, and only what is missing moves.</summary>
[TestClass]
public sealed class Copies
{
    private static Task<CopyResult> CopyAsync(RegistryClient client, ImageReference source, ImageReference destination) =>
        ImageCopier.CopyAsync(client, source, destination, CancellationToken.None);

    [TestMethod, Timeout(120_000)]
    public async Task BetweenRegistriesMoveEverythingOnce()
    {
        await using var from = await DockerRegistry.StartAsync();
        await using var to = await DockerRegistry.StartAsync();
        using var client = Client();
        var (source, destination) = (ImageReference.Parse($"{from.Host}/a:1"), ImageReference.Parse($"{to.Host}/b/c:2"));
        var layer = Noise(3_000_000);
        var manifest = await client.PushImageAsync(source, layer);

        var first = await CopyAsync(client, source, destination);
        var second = await CopyAsync(client, source, destination);

        Assert.AreEqual(new CopyResult(manifest.Descriptor, 2, 3_000_002), first);
        Assert.AreEqual(new CopyResult(manifest.Descriptor, 0, 0), second);
        CollectionAssert.AreEqual(layer, await client.ReadAsync(destination, Blob(layer)));
        Assert.AreEqual(manifest.Digest, (await client.ResolveAsync(destination, CancellationToken.None))?.Digest);
    }

    /// <summary>Nothing is asked of Docker Hub itself, which tests cannot reach; a mirror that does not have it is passed over.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task OfDockerHubComeFromTheFirstMirrorThatHasThem()
    {
        await using var empty = await DockerRegistry.StartAsync();
        await using var mirror = await DockerRegistry.StartAsync();
        await using var to = await DockerRegistry.StartAsync();
        using var plain = Client();
        var layer = Noise(1000);
        var manifest = await plain.PushImageAsync(ImageReference.Parse($"{mirror.Host}/hub/team/app:1"), layer);
        using var client = new RegistryClient(new() { Mirrors = ["127.0.0.1:1", empty.Host, $"{mirror.Host}/hub"] });
        var (source, destination) = (ImageReference.Parse("team/app:1"), ImageReference.Parse($"{to.Host}/copied:1"));

        var copy = await CopyAsync(client, source, destination);

        Assert.AreEqual(manifest.Descriptor, copy.Manifest);
        CollectionAssert.AreEqual(layer, await plain.ReadAsync(destination, Blob(layer)));
        Assert.AreEqual(manifest.Digest, (await client.ResolveAsync(source, CancellationToken.None))?.Digest);
    }

    [TestMethod, Timeout(120_000)]
    public async Task InsideARegistryMoveNothing()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var client = Client();
        var (source, destination) = (ImageReference.Parse($"{registry.Host}/a:1"), ImageReference.Parse($"{registry.Host}/b:1"));
        var manifest = await client.PushImageAsync(source, Noise(1000));

        var copy = await CopyAsync(client, source.WithTag(null).WithDigest(manifest.Digest), destination);
        var retag = await CopyAsync(client, source, source.WithTag("other"));

        Assert.AreEqual(new CopyResult(manifest.Descriptor, 0, 0), copy);
        Assert.AreEqual(new CopyResult(manifest.Descriptor, 0, 0), retag);
        Assert.AreEqual(manifest.Digest, (await client.ResolveAsync(destination, CancellationToken.None))?.Digest);
        Assert.AreEqual(manifest.Digest, (await client.ResolveAsync(source.WithTag("other"), CancellationToken.None))?.Digest);
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfAnIndexBringItsImages()
    {
        await using var from = await DockerRegistry.StartAsync();
        await using var to = await DockerRegistry.StartAsync();
        using var client = Client();
        var (source, destination) = (ImageReference.Parse($"{from.Host}/a:1"), ImageReference.Parse($"{to.Host}/a:1"));
        var shared = Noise(100_000);
        var children = new List<Descriptor>();
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var child = await client.PushImageAsync(source.WithTag(architecture), shared, config: new ImageConfig { Os = "linux", Architecture = architecture }.ToBytes());
            children.Add(child.Descriptor with { Platform = new("linux", architecture) });
        }
        var index = new ImageIndex { Manifests = children }.ToContent();
        await client.PutManifestAsync(source, index, CancellationToken.None);

        var copy = await CopyAsync(client, source, destination);

        Assert.AreEqual((index.Digest, 3), (copy.Manifest.Digest, copy.BlobsMoved));
        foreach (var child in children)
            Assert.AreEqual(child.Digest, (await client.GetManifestAsync(destination.WithTag(null).WithDigest(child.Digest), CancellationToken.None)).Digest);
        Assert.AreEqual(index.Digest, (await client.GetManifestAsync(destination, CancellationToken.None)).Digest);
    }

    [TestMethod, Timeout(120_000)]
    public async Task LeaveForeignLayersWhereTheyAre()
    {
        await using var from = await FakeRegistry.StartAsync();
        await using var to = await FakeRegistry.StartAsync();
        using var client = Client();
        await client.PushAsync(from.Image("a"), [1]);
        var foreign = Blob([2], "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip") with { Urls = ["https://example.com/layer"] };
        await client.PutManifestAsync(from.Image("a:1"), new ImageManifest { Config = Blob([1], MediaTypes.OciConfig), Layers = [foreign] }.ToContent(), CancellationToken.None);

        var copy = await CopyAsync(client, from.Image("a:1"), to.Image("b:1"));

        Assert.AreEqual(1, copy.BlobsMoved);
        Assert.AreEqual(0, to.Count("HEAD", foreign.Digest.ToString()));
    }

    [TestMethod, Timeout(120_000)]
    public async Task MoveAtMostAsManyBlobsAtOnceAsAllowed()
    {
        var (now, most) = (0, 0);
        var three = new TaskCompletionSource();
        await using var from = await FakeRegistry.StartAsync();
        await using var to = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (context.Request.Method != "PUT" || !context.Request.Path.Value!.Contains("/blobs/"))
                return false;
            lock (three)
            {
                most = Math.Max(most, ++now);
                if (now == 3)
                    three.TrySetResult();
            }
            // One after another they would wait here for ever; a fourth would have come in the meantime.
            await three.Task;
            await Task.Delay(20);
            lock (three)
                now--;
            return false;
        });
        using var client = Client();
        var layers = Enumerable.Range(0, 12).Select(i => Noise(1000, seed: i)).ToArray();
        foreach (var layer in layers)
            await client.PushAsync(from.Image("a"), layer);
        var manifest = new ImageManifest { Config = Blob(layers[0], MediaTypes.OciConfig), Layers = [.. layers.Select(layer => Blob(layer))] }.ToContent();
        await client.PutManifestAsync(from.Image("a:1"), manifest, CancellationToken.None);

        await ImageCopier.CopyAsync(client, from.Image("a:1"), to.Image("a:1"), 3, CancellationToken.None);

        Assert.HasCount(12, to.Blobs);
        Assert.AreEqual(3, most, "at once");
    }

    [TestMethod, Timeout(120_000)]
    public async Task SayWhichBlobTheSourceLacks()
    {
        await using var from = await FakeRegistry.StartAsync();
        await using var to = await FakeRegistry.StartAsync();
        using var client = Client();
        var manifest = new ImageManifest { Config = Blob([1], MediaTypes.OciConfig), Layers = [Blob([2])] }.ToContent();
        await client.PushAsync(from.Image("a"), [1]);
        await client.PutManifestAsync(from.Image("a:1"), manifest, CancellationToken.None);

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => CopyAsync(client, from.Image("a:1"), to.Image("a:1")));

        Assert.AreEqual((RegistryFault.NotFound, from.Host), (error.Fault, error.Registry));
        StringAssert.Contains(error.Message, Blob([2]).Digest.ToString());
        Assert.IsEmpty(to.Manifests);
    }

    [TestMethod, Timeout(120_000)]
    public async Task SayWhatAnImageOfAnIndexFailedOf()
    {
        await using var from = await FakeRegistry.StartAsync();
        await using var to = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (context.Request.Method != "POST")
                return false;
            await FakeRegistry.RefuseAsync(context, 403, "DENIED", "read only");
            return true;
        });
        using var client = Client();
        var children = new List<Descriptor>();
        for (var i = 0; i < 6; i++)
            children.Add((await client.PushImageAsync(from.Image($"a:{i}"), Noise(1000, seed: i), config: [(byte)i])).Descriptor);
        await client.PutManifestAsync(from.Image("a:all"), new ImageIndex { Manifests = children }.ToContent(), CancellationToken.None);

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => CopyAsync(client, from.Image("a:all"), to.Image("a:1")));

        Assert.AreEqual((RegistryFault.Denied, to.Host), (error.Fault, error.Registry));
        Assert.IsEmpty(to.Manifests);
    }

    [TestMethod, Timeout(120_000)]
    public async Task GoOnWhenBothSidesDropConnections()
    {
        var bytes = Noise(2_000_000);
        var (reads, writes) = (0, 0);
        await using var from = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (context.Request.Method != "GET" || !context.Request.Path.Value!.Contains("/blobs/") || Interlocked.Increment(ref reads) > 1)
                return false;
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, 777_777));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        });
        await using var to = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (context.Request.Method != "PATCH" || Interlocked.Increment(ref writes) != 5)
                return false;
            await context.Request.Body.ReadExactlyAsync(new byte[10_000]);
            context.Abort();
            return true;
        });
        using var client = Client(new() { Time = new FakeTime(), ChunkSize = 150_000 });
        from.Blobs[Blob(bytes).Digest.ToString()] = bytes;
        var manifest = new ImageManifest { Config = Blob(bytes, MediaTypes.OciConfig), Layers = [] }.ToContent();
        await client.PutManifestAsync(from.Image("a:1"), manifest, CancellationToken.None);

        await CopyAsync(client, from.Image("a:1"), to.Image("a:1"));

        CollectionAssert.AreEqual(bytes, to.Blobs.Values.Single());
        Assert.AreEqual(1, to.Count("POST", "/blobs/uploads/"));
    }

    [TestMethod, Timeout(300_000), DoNotParallelize]
    public async Task OfALargeLayerNeedNoMemoryForIt()
    {
        const int Size = 300 * 1024 * 1024;
        await using var from = await DockerRegistry.StartAsync();
        await using var to = await DockerRegistry.StartAsync();
        using var folder = new TempFolder();
        using var client = Client();
        await using (var file = File.Create(folder.At("zeros")))
            file.SetLength(Size);
        var layer = await LayerWriter.WriteAsync([new LayerEntry.File("zeros", 0x1A4, folder.At("zeros"))], folder.At("layer"), MediaTypes.OciLayerGzip, System.IO.Compression.CompressionLevel.NoCompression, CancellationToken.None);
        var image = new ImageParts { Config = new() { Os = "linux", Architecture = "amd64" }, Layers = [new ImageLayer.OnDisk(layer)] };
        var (source, destination) = (ImageReference.Parse($"{from.Host}/big:1"), ImageReference.Parse($"{to.Host}/big:1"));

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var push = await ImagePusher.PushAsync(client, source, image, CancellationToken.None);
        var copy = await CopyAsync(client, source, destination);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.IsTrue(copy.BytesMoved >= Size && push.BytesMoved == copy.BytesMoved, $"{push.BytesMoved} and {copy.BytesMoved} bytes");
        Assert.IsLessThan(40_000_000, allocated);
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfAWholeImageBeginWithAPush()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var folder = new TempFolder();
        using var client = Client();
        var image = ImageReference.Parse($"{registry.Host}/whole:1");
        var layer = await LayerWriter.WriteAsync([new LayerEntry.Content("hello", 0x1A4, "hi"u8.ToArray())], folder.At("layer"), CancellationToken.None);
        var parts = new ImageParts { Config = new() { Os = "linux", Architecture = "amd64", Entrypoint = ["/hello"] }, Layers = [new ImageLayer.OnDisk(layer)] };

        var first = await ImagePusher.PushAsync(client, image, parts, CancellationToken.None);
        var second = await ImagePusher.PushAsync(client, image, parts, CancellationToken.None);
        var manifest = ImageManifest.Parse(await client.GetManifestAsync(image, CancellationToken.None));
        var config = await client.GetConfigAsync(image, manifest, CancellationToken.None);
        var on = parts with { Layers = [.. ImageParts.LayersOf(image, manifest, config), .. parts.Layers] };
        var derived = await ImagePusher.PushAsync(client, ImageReference.Parse($"{registry.Host}/derived:1"), on, CancellationToken.None);

        Assert.AreEqual((parts.Manifest.Digest, 2, 0), (first.Manifest.Digest, first.BlobsMoved, second.BlobsMoved));
        CollectionAssert.AreEqual(new[] { layer.DiffId }, config.DiffIds.ToArray());
        Assert.AreEqual(1, derived.BlobsMoved, "the config; the layer is mounted");
    }
}
