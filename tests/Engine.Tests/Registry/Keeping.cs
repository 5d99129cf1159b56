using System.Text;
using Kontrakt.Engine.Registry;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Registry;

/// <summary>What was pushed stays, over restarts and beside a full disk, as long as it is of use; the rest goes when it takes too much room.</summary>
[TestClass]
public sealed class Keeping
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    [TestMethod, Timeout(120_000)]
    public async Task OutlivesTheProcessButNotItsUnfinishedUploads()
    {
        var folder = Directory.CreateTempSubdirectory("kontrakt-registry-");
        try
        {
            ManifestContent image;
            await using (var first = await RegistryHost.StartAsync(directory: folder.FullName))
            {
                image = await Pushed.ImageAsync(first, "team/app", "1", "layer");
                using var began = await first.Http.PostAsync("/v2/app/blobs/uploads/", null);
                Assert.AreEqual(1, Directory.GetFiles(Path.Combine(folder.FullName, "registry/uploads")).Length);
            }
            await using var second = await RegistryHost.StartAsync(directory: folder.FullName);

            CollectionAssert.AreEqual(image.Bytes.ToArray(), await second.Http.GetByteArrayAsync("/v2/team/app/manifests/1"));
            Assert.AreEqual("layer", await second.Http.GetStringAsync($"/v2/team/app/blobs/{Digest.Sha256("layer"u8)}"));
            Assert.AreEqual(0, Directory.GetFiles(Path.Combine(folder.FullName, "registry/uploads")).Length);
            Assert.ThrowsExactly<IOException>(() => new BlobStore(new() { Directory = Path.Combine(folder.FullName, "registry") }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task DoesNotTrustWhatAPowerCutMayHaveHalved()
    {
        var folder = Directory.CreateTempSubdirectory("kontrakt-registry-");
        try
        {
            await using (var first = await RegistryHost.StartAsync(directory: folder.FullName))
                await Pushed.ImageAsync(first, "app", "1", "layer");
            var marks = Path.Combine(folder.FullName, "registry/unsaved");
            Assert.AreEqual(0, Directory.GetFiles(marks).Length, "all was written when the store was closed");
            File.WriteAllText(Path.Combine(marks, Digest.Sha256("layer"u8).ToString()), "another boot");
            await using var second = await RegistryHost.StartAsync(directory: folder.FullName);

            Assert.IsFalse(await HasBlobAsync(second, "layer"));
            await Pushed.ImageAsync(second, "app", "1", "layer");
            Assert.IsTrue(await HasBlobAsync(second, "layer"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task SparesWhatIsReferredToPinnedOrNew()
    {
        var time = new AdjustableTime();
        await using var registry = await RegistryHost.StartAsync(options => options with { SizeLimit = 0, GraceTime = Grace, Time = time });
        var tagged = await Pushed.ImageAsync(registry, "app", "1", "tagged");
        var bill = await Pushed.ImageAsync(registry, "app", "", "bill", tagged.Descriptor);
        var inIndex = await Pushed.ImageAsync(registry, "app", "", "in the index");
        await Pushed.ManifestAsync(registry, "app", "index", new ImageIndex { Manifests = [inIndex.Descriptor] }.ToContent());
        var running = await Pushed.ImageAsync(registry, "app", "", "running");
        var old = await Pushed.ImageAsync(registry, "app", "", "old");
        await Pushed.BlobAsync(registry, "app", "unreferenced");
        time.Advance(Grace * 2);
        await Pushed.BlobAsync(registry, "app", "just uploaded");

        using (registry.Store.Pin(running.Digest))
            registry.Store.Prune(CancellationToken.None);

        foreach (var kept in new[] { tagged, bill, inIndex, running })
            Assert.IsTrue(await Pushed.HasAsync(registry, $"/v2/app/manifests/{kept.Digest}"), Encoding.UTF8.GetString(kept.Bytes.Span));
        foreach (var kept in new[] { "tagged", "bill", "in the index", "running", "just uploaded", "{}" })
            Assert.IsTrue(await HasBlobAsync(registry, kept), kept);
        foreach (var gone in new[] { "old", "unreferenced" })
            Assert.IsFalse(await HasBlobAsync(registry, gone), gone);
        Assert.IsFalse(await Pushed.HasAsync(registry, $"/v2/app/manifests/{old.Digest}"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task GivesUpTheLeastRecentlyUsedAndNoMoreThanIsNeeded()
    {
        var time = new AdjustableTime();
        await using var registry = await RegistryHost.StartAsync(options => options with { SizeLimit = 25_000, GraceTime = Grace, Time = time });
        foreach (var name in new[] { "a", "b", "c" })
        {
            await Pushed.BlobAsync(registry, "app", name.PadRight(10_000));
            time.Advance(Grace);
        }
        Assert.IsTrue(await HasBlobAsync(registry, "a".PadRight(10_000)));
        time.Advance(Grace * 2);

        var (deleted, left) = registry.Store.Prune(CancellationToken.None);

        Assert.AreEqual((10_000L, 20_000L), (deleted, left));
        Assert.IsFalse(await HasBlobAsync(registry, "b".PadRight(10_000)));
        Assert.AreEqual((0L, 20_000L), registry.Store.Prune(CancellationToken.None));
    }

    [TestMethod, Timeout(120_000)]
    public async Task ForgetsAnIndexWithItsImages()
    {
        var time = new AdjustableTime();
        await using var registry = await RegistryHost.StartAsync(options => options with { SizeLimit = 0, GraceTime = Grace, Time = time });
        var image = await Pushed.ImageAsync(registry, "app", "", "layer");
        var index = await Pushed.ManifestAsync(registry, "app", "", new ImageIndex { Manifests = [image.Descriptor] }.ToContent());
        time.Advance(Grace * 2);

        var (_, left) = registry.Store.Prune(CancellationToken.None);

        Assert.AreEqual(0L, left);
        Assert.AreEqual("""{"repositories":[]}""", await registry.Http.GetStringAsync("/v2/_catalog"));
        Assert.IsFalse(await Pushed.HasAsync(registry, $"/v2/app/manifests/{index.Digest}"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task GivesUpUploadsThatNobodyContinues()
    {
        var time = new AdjustableTime();
        await using var registry = await RegistryHost.StartAsync(options => options with { UploadLifetime = Grace, Time = time });
        using var began = await registry.Http.PostAsync("/v2/app/blobs/uploads/", null);
        time.Advance(Grace * 2);

        registry.Store.Prune(CancellationToken.None);

        using var gone = await registry.Http.GetAsync(began.Headers.Location);
        Assert.AreEqual("404 BLOB_UPLOAD_UNKNOWN", await Pushed.RefusalAsync(gone));
        Assert.AreEqual(0, Directory.GetFiles(Path.Combine(registry.Store.Options.Directory, "uploads")).Length);
    }

    [TestMethod, Timeout(120_000)]
    public async Task SaysThatTheDiskIsFullAndLeavesNothingHalf()
    {
        using var disk = new SmallDisk(4);
        await using var registry = await RegistryHost.StartAsync(options => options with { DiskReserveBytes = 0 }, disk.Path);
        var small = await Pushed.BlobAsync(registry, "app", new byte[1_000_000]);
        var large = new byte[8_000_000];

        using var once = await registry.Http.PostAsync($"/v2/app/blobs/uploads/?digest={Digest.Sha256(large)}", new ByteArrayContent(large));
        using var began = await registry.Http.PostAsync("/v2/app/blobs/uploads/", null);
        using var chunk = await registry.Http.PatchAsync(began.Headers.Location, new ByteArrayContent(large));

        Assert.AreEqual("507 DENIED", await Pushed.RefusalAsync(once));
        StringAssert.Contains(await once.Content.ReadAsStringAsync(), "is full");
        Assert.AreEqual("507 DENIED", await Pushed.RefusalAsync(chunk));
        Assert.AreEqual(0, Directory.GetFiles(Path.Combine(disk.Path, "registry/uploads")).Length);
        Assert.IsTrue(await Pushed.HasAsync(registry, $"/v2/app/blobs/{small.Digest}"));
        await Pushed.BlobAsync(registry, "app", new byte[1_500_000]);
    }

    [TestMethod, Timeout(120_000)]
    public async Task LeavesTheReserveOfTheDiskFree()
    {
        using var disk = new SmallDisk(8);
        await using var registry = await RegistryHost.StartAsync(options => options with { DiskReserveBytes = 4 << 20 }, disk.Path);
        var small = await Pushed.BlobAsync(registry, "app", new byte[1_000_000]);
        var large = new byte[6_000_000];

        using var once = await registry.Http.PostAsync($"/v2/app/blobs/uploads/?digest={Digest.Sha256(large)}", new ByteArrayContent(large));
        using var began = await registry.Http.PostAsync("/v2/app/blobs/uploads/", null);
        using var chunk = await registry.Http.PatchAsync(began.Headers.Location, new ByteArrayContent(large));

        Assert.AreEqual("507 DENIED", await Pushed.RefusalAsync(once));
        StringAssert.Contains(await once.Content.ReadAsStringAsync(), "4 MiB");
        Assert.AreEqual("507 DENIED", await Pushed.RefusalAsync(chunk));
        Assert.AreEqual(0, Directory.GetFiles(Path.Combine(disk.Path, "registry/uploads")).Length);
        Assert.IsTrue(await Pushed.HasAsync(registry, $"/v2/app/blobs/{small.Digest}"));
    }

    /// <summary>Its parts came while there was room.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task ManifestsLeaveTheReserveFreeAsWell()
    {
        using var disk = new SmallDisk(8);
        await using var registry = await RegistryHost.StartAsync(options => options with { DiskReserveBytes = 4 << 20 }, disk.Path);
        var image = new ImageManifest
        {
            Config = (await Pushed.BlobAsync(registry, "app", "{}")) with { MediaType = MediaTypes.OciConfig },
            Layers = [],
            Annotations = new Dictionary<string, string> { ["note"] = new('x', 3_900_000) },
        }.ToContent();
        await File.WriteAllBytesAsync(Path.Combine(disk.Path, "of-a-pod"), new byte[1_000_000]);

        using var put = await Pushed.PutAsync(registry, "app", "1", image);

        Assert.AreEqual("507 DENIED", await Pushed.RefusalAsync(put));
        StringAssert.Contains(await put.Content.ReadAsStringAsync(), "4 MiB");
        Assert.IsFalse(await Pushed.HasAsync(registry, "/v2/app/manifests/1"));
        Assert.AreEqual(0, Directory.GetFiles(Path.Combine(disk.Path, "registry/uploads")).Length);
    }

    /// <summary>What an upload is allowed at a time is less than the system's slowest answer is worth, and no way around the reserve.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task ManySmallUploadsLeaveTheReserveFreeTogether()
    {
        using var disk = new SmallDisk(16);
        await using var registry = await RegistryHost.StartAsync(options => options with { DiskReserveBytes = 4 << 20 }, disk.Path);

        var pushed = 0;
        for (; pushed < 64; pushed++)
        {
            var content = new byte[300_000];
            BitConverter.TryWriteBytes(content, pushed);
            using var response = await registry.Http.PostAsync($"/v2/app/blobs/uploads/?digest={Digest.Sha256(content)}", new ByteArrayContent(content));
            if (!response.IsSuccessStatusCode)
            {
                Assert.AreEqual("507 DENIED", await Pushed.RefusalAsync(response));
                break;
            }
        }

        Assert.IsInRange(30, 42, pushed);
        Assert.IsGreaterThanOrEqualTo(4L << 20, new DriveInfo(disk.Path).AvailableFreeSpace);
    }

    private static Task<bool> HasBlobAsync(RegistryHost registry, string content) => Pushed.HasAsync(registry, $"/v2/app/blobs/{Digest.Sha256(Encoding.UTF8.GetBytes(content))}");
}
