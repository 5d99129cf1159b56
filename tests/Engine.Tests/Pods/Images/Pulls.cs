using System.Formats.Tar;
using System.Text;
using Engine.Tests.Registry;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Registry;

namespace Engine.Tests.Pods.Images;

/// <summary>A pull gives the folders of an image's layers, or says as the kubelet does why not.</summary>
[TestClass]
public sealed class Pulls : IDisposable
{
    private static readonly ImagePullRequest IfNotPresent = new() { Policy = ImagePullPolicy.IfNotPresent };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kontrakt-images-");
    private readonly RegistryClient client = new(new());

    public void Dispose()
    {
        client.Dispose();
        FolderTree.Delete(folder.FullName);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(true)]
    [DataRow(false)]
    public async Task UnpackEachLayerIntoAFolder(bool own)
    {
        await using var registry = await RegistryHost.StartAsync();
        using var images = Store(registry, own);
        var pushed = await ImageBuilder.PushAsync(client, registry.Image("app:1"), Archive(("etc/name", "lower")), Archive(("bin/app", "upper")));

        using var image = await images.PullAsync(registry.Image("app:1").ToString(), IfNotPresent, CancellationToken.None);

        Assert.AreEqual(pushed.Digest, image.Digest);
        Assert.AreEqual($"{registry.Host}/app@{pushed.Digest}", image.Reference.ToString());
        Assert.AreEqual(2, image.Layers.Count);
        Assert.AreEqual("lower", File.ReadAllText(Path.Combine(image.Layers[0], "etc/name")));
        Assert.AreEqual("upper", File.ReadAllText(Path.Combine(image.Layers[1], "bin/app")));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("UPPER", ImagePullPolicy.Always, "InvalidImageName", "couldn't parse image reference \"UPPER\"")]
    [DataRow("HOST/app:none", ImagePullPolicy.Always, "ErrImagePull", "failed to pull and unpack image \"HOST/app:none\": failed to resolve reference \"HOST/app:none\": HOST/app:none: not found")]
    [DataRow("HOST/app:none", ImagePullPolicy.Never, "ErrImageNeverPull", "Container image \"HOST/app:none\" is not present with pull policy of Never")]
    [DataRow("127.0.0.1:1/app", ImagePullPolicy.IfNotPresent, "ErrImagePull", "failed to pull and unpack image \"127.0.0.1:1/app:latest\"")]
    public async Task SayAsTheKubeletDoesWhyNot(string image, ImagePullPolicy policy, string reason, string message)
    {
        await using var registry = await RegistryHost.StartAsync();
        using var images = Store(registry, own: true);

        var refused = await Assert.ThrowsExactlyAsync<ImagePullException>(() => images.PullAsync(image.Replace("HOST", registry.Host, StringComparison.Ordinal), new() { Policy = policy }, CancellationToken.None));

        Assert.AreEqual(reason, refused.Reason);
        StringAssert.Contains(refused.Message, message.Replace("HOST", registry.Host, StringComparison.Ordinal));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfDockerHubComeFromTheMirrorsOfTheRequest()
    {
        await using var registry = await RegistryHost.StartAsync();
        using var images = Store(registry, own: false);
        var pushed = await ImageBuilder.PushAsync(client, registry.Image("team/app:1"), Archive(("etc/name", "mirrored")));

        using var image = await images.PullAsync("team/app:1", IfNotPresent with { Mirrors = [registry.Host] }, CancellationToken.None);

        Assert.AreEqual($"docker.io/team/app@{pushed.Digest}", image.Reference.ToString());
        Assert.AreEqual("mirrored", File.ReadAllText(Path.Combine(image.Layers[0], "etc/name")));
    }

    [TestMethod, Timeout(120_000)]
    public async Task FollowTheirPolicy()
    {
        await using var registry = await RegistryHost.StartAsync();
        var first = await ImageBuilder.PushAsync(client, registry.Image("app:1"), Archive(("a", "1")));
        var name = registry.Image("app:1").ToString();
        using (var images = Store(registry, own: true))
            (await images.PullAsync(name, IfNotPresent, CancellationToken.None)).Dispose();
        var second = await ImageBuilder.PushAsync(client, registry.Image("app:1"), Archive(("a", "2")));
        using var restarted = Store(registry, own: true);

        using var never = await restarted.PullAsync(name, new() { Policy = ImagePullPolicy.Never }, CancellationToken.None);
        using var present = await restarted.PullAsync(name, IfNotPresent, CancellationToken.None);
        using var always = await restarted.PullAsync(name, new() { Policy = ImagePullPolicy.Always }, CancellationToken.None);

        Assert.AreEqual((first.Digest, first.Digest, second.Digest), (never.Digest, present.Digest, always.Digest));
    }

    [TestMethod, Timeout(120_000)]
    public async Task TakeTheImageForThisMachine()
    {
        await using var registry = await RegistryHost.StartAsync();
        using var images = Store(registry, own: false);
        var image = await ImageBuilder.PushAsync(client, registry.Image("app"), Archive(("a", "1")));
        var manifest = await client.GetManifestAsync(image, CancellationToken.None);
        var index = await client.PutManifestAsync(registry.Image("app:all"), new ImageIndex
        {
            Manifests = [manifest.Descriptor with { Platform = new("windows", ImageBuilder.Architecture) }, manifest.Descriptor with { Platform = new("linux", ImageBuilder.Architecture) }],
        }.ToContent(), CancellationToken.None);
        await client.PutManifestAsync(registry.Image("app:other"), new ImageIndex { Manifests = [manifest.Descriptor with { Platform = new("linux", "s390x") }] }.ToContent(), CancellationToken.None);

        using var pulled = await images.PullAsync(registry.Image("app:all").ToString(), IfNotPresent, CancellationToken.None);
        var none = await Assert.ThrowsExactlyAsync<ImagePullException>(() => images.PullAsync(registry.Image("app:other").ToString(), IfNotPresent, CancellationToken.None));

        Assert.AreEqual(image.Digest, pulled.Digest);
        Assert.AreEqual(index.Digest, pulled.Reference.Digest);
        StringAssert.Contains(none.Message, "no match for platform in manifest");
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfOneLayerByManyUnpackItOnce()
    {
        await using var registry = await RegistryHost.StartAsync();
        using var images = Store(registry, own: true);
        var layer = Archive([.. Enumerable.Range(0, 200).Select(i => ($"file{i}", new string('x', 1000)))]);
        for (var i = 0; i < 8; i++)
            await ImageBuilder.PushAsync(client, registry.Image($"app{i}:1"), layer, Archive(("own", $"{i}")));

        var pulled = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => images.PullAsync(registry.Image($"app{i % 8}:1").ToString(), IfNotPresent, CancellationToken.None)));

        Assert.AreEqual(1, pulled.Select(image => image.Layers[0]).Distinct().Count());
        Assert.AreEqual(9, pulled.SelectMany(image => image.Layers).Distinct().Count());
        Assert.AreEqual("7", File.ReadAllText(Path.Combine(pulled[7].Layers[1], "own")));
        Assert.AreEqual(0, Directory.GetDirectories(Path.Combine(folder.FullName, "images/unpacking")).Length);
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfABadLayerLeaveNothing()
    {
        await using var registry = await RegistryHost.StartAsync();
        using var images = Store(registry, own: true);
        var archive = Archive(("a", "x"));
        await ImageBuilder.PushAsync(client, registry.Image("app:1"), (ImageBuilder.Gzip(archive), Kontrakt.Oci.Names.Digest.Sha256("other"u8)));

        var refused = await Assert.ThrowsExactlyAsync<ImagePullException>(() => images.PullAsync(registry.Image("app:1").ToString(), IfNotPresent, CancellationToken.None));

        StringAssert.Contains(refused.Message, "and the image's config says");
        Assert.AreEqual(0, Directory.GetDirectories(Path.Combine(folder.FullName, "images/unpacking")).Length);
        Assert.AreEqual(0, Directory.GetDirectories(Path.Combine(folder.FullName, "images/layers", OverlayMarks.OfThisProcess.Kind)).Length);
    }

    [TestMethod, Timeout(120_000)]
    public async Task SayThatTheDiskIsFull()
    {
        using var disk = new SmallDisk(4);
        await using var registry = await RegistryHost.StartAsync();
        using var images = new ImageStore(registry.Store, new() { Directory = Path.Combine(disk.Path, "images"), OwnRegistries = [registry.Host] });
        await ImageBuilder.PushAsync(client, registry.Image("app:1"), Archive(("a", new string('x', 8_000_000))));

        var refused = await Assert.ThrowsExactlyAsync<ImagePullException>(() => images.PullAsync(registry.Image("app:1").ToString(), IfNotPresent, CancellationToken.None));

        StringAssert.Contains(refused.Message, "no space left on device");
        Assert.AreEqual(0, Directory.GetDirectories(Path.Combine(disk.Path, "images/unpacking")).Length);
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfTooMuchLetOldLayersGoThatNobodyRuns()
    {
        var time = new AdjustableTime();
        await using var registry = await RegistryHost.StartAsync();
        using var images = new ImageStore(registry.Store, new() { Directory = Path.Combine(folder.FullName, "images"), OwnRegistries = [registry.Host], SizeLimit = 0, GraceTime = TimeSpan.FromHours(1), Time = time });
        foreach (var name in new[] { "running", "ended", "late" })
            await ImageBuilder.PushAsync(client, registry.Image($"{name}:1"), Archive((name, name)));
        using var running = await images.PullAsync(registry.Image("running:1").ToString(), IfNotPresent, CancellationToken.None);
        var ended = await images.PullAsync(registry.Image("ended:1").ToString(), IfNotPresent, CancellationToken.None);
        ended.Dispose();
        ended.Dispose();
        time.Advance(TimeSpan.FromHours(2));

        using var late = await images.PullAsync(registry.Image("late:1").ToString(), IfNotPresent, CancellationToken.None);

        Assert.IsTrue(Directory.Exists(running.Layers[0]) && Directory.Exists(late.Layers[0]));
        Assert.IsFalse(Directory.Exists(ended.Layers[0]));
        using var again = await images.PullAsync(registry.Image("ended:1").ToString(), IfNotPresent, CancellationToken.None);
        Assert.AreEqual("ended", File.ReadAllText(Path.Combine(again.Layers[0], "ended")));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AfterAPowerCutDoNotTrustWhatWasNotSaved()
    {
        await using var registry = await RegistryHost.StartAsync();
        await ImageBuilder.PushAsync(client, registry.Image("app:1"), Archive(("a", "whole")));
        string layer;
        using (var images = Store(registry, own: true))
        {
            using var image = await images.PullAsync(registry.Image("app:1").ToString(), IfNotPresent, CancellationToken.None);
            layer = image.Layers[0];
        }
        File.WriteAllText(Path.Combine(layer, "a"), "");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(layer)!, "unsaved"), "another boot");

        using var restarted = Store(registry, own: true);
        using var again = await restarted.PullAsync(registry.Image("app:1").ToString(), IfNotPresent, CancellationToken.None);

        Assert.AreEqual("whole", File.ReadAllText(Path.Combine(again.Layers[0], "a")));
    }

    private ImageStore Store(RegistryHost registry, bool own) =>
        new(registry.Store, new() { Directory = Path.Combine(folder.FullName, "images"), OwnRegistries = own ? [registry.Host] : [] });

    private static byte[] Archive(params (string Name, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            foreach (var (name, text) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
        return bytes.ToArray();
    }
}
