using Kontrakt.Engine.Pods.Images;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Pods.Images;

/// <summary>No image writes, links or deletes outside of its folder, whatever its archive says.</summary>
[TestClass]
public sealed class Escapes : IDisposable
{
    private const string Secret = "secret of the host";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kontrakt-escape-");
    private readonly string root;
    private readonly string outside;

    public Escapes()
    {
        root = folder.CreateSubdirectory("root").FullName;
        outside = folder.CreateSubdirectory("outside").FullName;
        File.WriteAllText(Path.Combine(outside, "secret"), Secret);
        Directory.CreateDirectory(Path.Combine(outside, "folder"));
    }

    public void Dispose() => FolderTree.Delete(folder.FullName);

    [TestMethod]
    [DataRow("../outside/secret")]
    [DataRow("a/../../outside/secret")]
    [DataRow("..")]
    [DataRow("/..")]
    [DataRow("a/..")]
    [DataRow("./../outside/.wh.secret")]
    public async Task ByNamesAreRefused(string name)
    {
        foreach (var type in "01256")
            StringAssert.Contains((await RefusedAsync(new TarBuilder().Entry(type, name, link: "x"))).Message, "could lead out of the image");
    }

    [TestMethod]
    public async Task ByAbsoluteNamesStayInside()
    {
        await UnpackAsync(new TarBuilder().File(Path.Combine(outside, "secret"), "inside").File("//etc//passwd", "x"));

        Assert.AreEqual("inside", File.ReadAllText(Path.Join(root, outside, "secret")));
        Assert.AreEqual("x", File.ReadAllText(Path.Combine(root, "etc/passwd")));
    }

    [TestMethod]
    [DataRow("OUTSIDE")]
    [DataRow("../outside")]
    [DataRow("../../../../../../../../../..OUTSIDE")]
    [DataRow("/proc/self/cwd/../../../../../..OUTSIDE")]
    public async Task ThroughALinkStayInsideOrAreRefused(string target)
    {
        var archives = new[]
        {
            new TarBuilder().Symlink("link", Target(target)).File("link/secret", "overwritten"),
            new TarBuilder().Symlink("link", Target(target)).File("link/folder/new", "new"),
            new TarBuilder().Symlink("link", Target(target)).File("link/.wh.secret", ""),
            new TarBuilder().Symlink("link", Target(target)).File("link/folder/.wh..wh..opq", ""),
            new TarBuilder().Symlink("link", Target(target)).HardLink("stolen", "link/secret").File("stolen", "overwritten"),
            new TarBuilder().Symlink("link", Target(target)).Symlink("second", "link/folder").Folder("second/new"),
            new TarBuilder().Symlink("link", Target(target) + "/secret").File("link", "replaced"),
            new TarBuilder().Symlink("link", Target(target) + "/secret").HardLink("hard", "link").File("hard", "replaced"),
            new TarBuilder().Symlink("link", Target(target) + "/secret").Entry('7', "link", "replaced", mode: 0x1FF),
            new TarBuilder().Symlink("link", Target(target)).Folder("link", 0),
            new TarBuilder().Symlink("link", Target(target)).Entry('6', "link/pipe"),
        };
        foreach (var archive in archives)
        {
            FolderTree.Delete(root);
            Directory.CreateDirectory(root);

            await TryUnpackAsync(archive);

            AssertUntouched();
        }
    }

    [TestMethod]
    [DataRow("../outside/secret")]
    [DataRow("OUTSIDE/secret")]
    [DataRow("link/secret")]
    [DataRow("/")]
    [DataRow("folder")]
    [DataRow("")]
    public async Task ByHardLinksAreRefused(string target)
    {
        var refused = await RefusedAsync(new TarBuilder().Folder("folder").Symlink("link", outside).HardLink("stolen", Target(target)));

        StringAssert.Contains(refused.Message, target.Contains("..", StringComparison.Ordinal) ? "could lead out" : "hard link 'stolen'");
        Assert.IsFalse(File.Exists(Path.Combine(root, "stolen")));
    }

    [TestMethod]
    [DataRow(".wh.")]
    [DataRow(".wh...")]
    [DataRow(".wh..")]
    [DataRow("a/.wh...")]
    public async Task ByWhiteoutsAreRefused(string name) => StringAssert.Contains((await RefusedAsync(new TarBuilder().File(name, ""))).Message, "hides nothing that could be");

    /// <summary>Where the kernel has no openat2, links between folders are not followed at all.</summary>
    [TestMethod]
    public void WithoutTheKernelsHelpAreRefused()
    {
        Directory.CreateDirectory(Path.Combine(root, "a/b"));
        File.CreateSymbolicLink(Path.Combine(root, "link"), outside);
        using var layer = new LayerRoot(root, OverlayMarks.OfThisProcess, canResolve: false);

        Assert.IsFalse(layer.Parent(["a", "b", "file"]).IsInvalid);
        Assert.IsFalse(layer.Parent(["new", "deep", "file"]).IsInvalid);
        Assert.ThrowsExactly<LayerException>(() => layer.Parent(["link", "file"]));
        Assert.ThrowsExactly<LayerException>(() => layer.Parent(["link", "folder", "file"]));
        Assert.IsTrue(Directory.Exists(Path.Combine(root, "new/deep")));
        AssertUntouched();
    }

    private string Target(string target) => target.Replace("OUTSIDE", outside, StringComparison.Ordinal);

    private void AssertUntouched()
    {
        Assert.AreEqual(Secret, File.ReadAllText(Path.Combine(outside, "secret")));
        CollectionAssert.AreEquivalent(new[] { "secret", "folder" }, Directory.GetFileSystemEntries(outside).Select(Path.GetFileName).ToArray());
        Assert.AreEqual(0, Directory.GetFileSystemEntries(Path.Combine(outside, "folder")).Length);
        using var handle = FolderTree.Open(Path.Combine(outside, "folder"));
        Assert.IsFalse(OverlayMarks.OfThisProcess.IsOpaque(handle));
        CollectionAssert.AreEquivalent(new[] { "root", "outside" }, folder.GetFileSystemInfos().Select(info => info.Name).ToArray());
    }

    private async Task<LayerException> RefusedAsync(TarBuilder archive)
    {
        var refused = await Assert.ThrowsExactlyAsync<LayerException>(() => UnpackAsync(archive));
        AssertUntouched();
        return refused;
    }

    private async Task TryUnpackAsync(TarBuilder archive)
    {
        try
        {
            await UnpackAsync(archive);
        }
        catch (LayerException)
        {
            // Refused is as good as kept inside.
        }
    }

    private async Task UnpackAsync(TarBuilder archive)
    {
        var bytes = archive.Build();
        await LayerUnpacker.UnpackAsync(new MemoryStream(bytes), root, Digest.Sha256(bytes), new(), CancellationToken.None);
    }
}
