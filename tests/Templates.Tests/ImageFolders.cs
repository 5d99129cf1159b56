using System.Formats.Tar;
using System.IO.Compression;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Kontrakt.Tests;

namespace Kontrakt.Templates.Tests;

/// <summary>The folder that an image's label names, as a container of the image would see it.</summary>
[TestClass]
public sealed class ImageFolders
{
    private const int Mode = 0x1A4, Executable = 0x1ED;

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AreTheLayersPutOnEachOther()
    {
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await PushAsync(registry, folder, [Text("t/Dockerfile", "old"), Text("t/gone", "g"), Text("t/sub/a", "a"), Text("t/hidden/x", "x"), Text("other", "o")],
            [LayerEntry.Whiteout("t/gone"), Text("t/Dockerfile", "new"), LayerEntry.OpaqueWhiteout("t/hidden"), Text("t/hidden/y", "y"), new LayerEntry.Content("t/run.sh", Executable, "#!"u8.ToArray())]);

        var read = await ReadAsync(registry, folder);

        Assert.AreEqual("Dockerfile=new hidden/y=y run.sh=#! sub/a=a", Show(read));
        Assert.AreEqual(UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(read, "run.sh")) & UnixFileMode.UserExecute);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task FollowLinksInsideOfTheImage()
    {
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await PushAsync(registry, folder,
            [new LayerEntry.SymbolicLink("t", "/opt/./templates/"), Text("opt/templates/real/Dockerfile", "FROM a"), Text("etc/hosts", "of the image"), new LayerEntry.SymbolicLink("opt/templates/Dockerfile", "real/Dockerfile"),
                new LayerEntry.SymbolicLink("opt/templates/hosts", "../../../../etc/hosts"), new LayerEntry.HardLink("opt/templates/again", "opt/templates/real/Dockerfile"), new LayerEntry.SymbolicLink("opt/templates/folder", "/opt/templates/real")]);

        var read = await ReadAsync(registry, folder);

        Assert.AreEqual("Dockerfile=FROM a again=FROM a folder->real hosts=of the image real/Dockerfile=FROM a", Show(read));
    }

    /// <summary>As containerd unpacks it: a folder of a higher layer takes the place of a link.</summary>
    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task ThatTakeTheirPlaceFromALinkAreFolders()
    {
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await PushAsync(registry, folder, [new LayerEntry.SymbolicLink("t", "opt"), Text("opt/Dockerfile", "below")], [new LayerEntry.Folder("t", Executable), Text("t/file", "above")]);

        var read = await ReadAsync(registry, folder);

        Assert.AreEqual("file=above", Show(read));
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    [DataRow("t/../../../escaped")]
    [DataRow("../escaped")]
    public async Task ThatLeadOutOfTheImageAreAnError(string name)
    {
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await PushTarAsync(registry, Tar((name, "evil")));

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ReadAsync(registry, folder));

        StringAssert.Contains(error.Message, "KTR2041: no template can be read from the image");
        StringAssert.Contains(error.Message, "holds '..', and could lead out of the image");
        Assert.IsFalse(File.Exists(folder.At("escaped")));
        Assert.AreEqual(0, Directory.Exists(folder.At("kept")) ? Directory.GetFileSystemEntries(folder.At("kept")).Length : 0);
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task WhoseLinksLeadToFoldersElsewhereAreAnError()
    {
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await PushAsync(registry, folder, [Text("t/Dockerfile", "d"), Text("etc/passwd", "p"), new LayerEntry.SymbolicLink("t/etc", "/etc")]);

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ReadAsync(registry, folder));

        StringAssert.Contains(error.Message, "its link '/t/etc' leads to '/etc', a folder outside of '/t'");
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task ThatNoLabelNamesAreAnErrorAtTheUser()
    {
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await PushAsync(registry, folder, label: "other", [Text("t/Dockerfile", "d")]);

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ReadAsync(registry, folder));

        StringAssert.StartsWith(error.Message, "/app/pod.yaml(7,12): error KTR2041:");
        StringAssert.Contains(error.Message, "it has no label io.dispatchframework.function.template that names a folder");
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task ThatAreNotThereAreAnError()
    {
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await PushAsync(registry, folder, [Text("t", "a file")]);

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ReadAsync(registry, folder));

        StringAssert.Contains(error.Message, "it has no folder '/t'");
    }

    [TestMethod, Timeout(120_000, CooperativeCancellation = true)]
    public async Task AreReadOnce()
    {
        using var folder = new TempFolder();
        await using var registry = await FakeRegistry.StartAsync();
        await PushAsync(registry, folder, [Text("t/Dockerfile", "d")]);
        var first = await ReadAsync(registry, folder);
        var reads = registry.Count("GET", "/blobs/");

        var second = await ReadAsync(registry, folder);

        Assert.AreEqual(first, second);
        Assert.AreEqual(1, registry.Count("GET", "/blobs/") - reads, "the config, whose label names the folder");
    }

    private static LayerEntry Text(string path, string text) => new LayerEntry.Content(path, Mode, System.Text.Encoding.UTF8.GetBytes(text));

    private static Task PushAsync(FakeRegistry registry, TempFolder folder, params LayerEntry[][] layers) => PushAsync(registry, folder, ImageTemplateFolder.FunctionLabel, layers);

    private static async Task PushAsync(FakeRegistry registry, TempFolder folder, string label, params LayerEntry[][] layers)
    {
        using var client = Registries.Client();
        var written = new List<ImageLayer>();
        foreach (var (index, entries) in layers.Index())
            written.Add(new ImageLayer.OnDisk(await LayerWriter.WriteAsync(entries, folder.At($"layer-{index}"), CancellationToken.None)));
        await ImagePusher.PushAsync(client, registry.Image("base:1"), new() { Config = Config(label), Layers = written }, CancellationToken.None);
    }

    private static ImageConfig Config(string label) => new() { Os = "linux", Architecture = "amd64", Labels = new Dictionary<string, string> { [label] = "/t" } };

    /// <summary>An image of a layer that no decent program writes.</summary>
    private static async Task PushTarAsync(FakeRegistry registry, byte[] tar)
    {
        using var client = Registries.Client();
        await client.PushImageAsync(registry.Image("base:1"), tar, (Config(ImageTemplateFolder.FunctionLabel) with { DiffIds = [Digest.Sha256(tar)] }).ToBytes());
    }

    private static byte[] Tar(params (string Name, string Text)[] files)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
            foreach (var (name, text) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) });
        return bytes.ToArray();
    }

    private static async Task<string> ReadAsync(FakeRegistry registry, TempFolder folder)
    {
        using var client = Registries.Client();
        var source = new TemplateSource.Image(registry.Image("base:1").ToString(), null, [ImageTemplateFolder.FunctionLabel], Samples.User);
        return await ImageTemplateFolder.ReadAsync(source, folder.At("kept"), client, new Lines(), CancellationToken.None);
    }

    /// <summary>"path=text" of each file, "path->target" of each link.</summary>
    private static string Show(string folder) => string.Join(' ', Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Where(path => new FileInfo(path) is { LinkTarget: not null } || File.Exists(path))
        .Where(path => !Path.GetRelativePath(folder, path).Split('/').SkipLast(1).Aggregate((At: folder, Linked: false), (at, name) => (Path.Combine(at.At, name), at.Linked || new FileInfo(Path.Combine(at.At, name)).LinkTarget is not null)).Linked)
        .Order(StringComparer.Ordinal)
        .Select(path => Path.GetRelativePath(folder, path) + (new FileInfo(path).LinkTarget is { } target ? "->" + target : "=" + File.ReadAllText(path))));
}
