using System.Diagnostics;
using System.Text;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Pods.Images;

/// <summary>What an archive says is what lies in the folder; nothing lies outside of it.</summary>
[TestClass]
public sealed class Unpacking : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kontrakt-layer-");
    private readonly string root;

    public Unpacking() => root = folder.CreateSubdirectory("root").FullName;

    public void Dispose() => FolderTree.Delete(folder.FullName);

    [TestMethod]
    public async Task KeepsModesTimesAndEmptyFolders()
    {
        await UnpackAsync(new TarBuilder()
            .Folder("./", 0x1C9).Folder("empty/", 0x3FF).File("set", "id", mode: 0x9ED).File("none", "", mode: 0)
            .Pax(("mtime", "1234567890.123456789")).File("timed", "x").Folder("deep/").Entry('0', "deep/late", "x", modified: 99));

        Assert.AreEqual((UnixFileMode)0x1C9, File.GetUnixFileMode(root));
        Assert.AreEqual((UnixFileMode)0x3FF, File.GetUnixFileMode(At("empty")));
        Assert.AreEqual((UnixFileMode)0x9ED, File.GetUnixFileMode(At("set")));
        Assert.AreEqual((UnixFileMode)0, File.GetUnixFileMode(At("none")));
        Assert.AreEqual(DateTimeOffset.UnixEpoch.UtcDateTime.AddSeconds(1234567890).AddTicks(1234567), File.GetLastWriteTimeUtc(At("timed")));
        Assert.AreEqual(DateTimeOffset.UnixEpoch.UtcDateTime, Directory.GetLastWriteTimeUtc(At("deep")));
        Assert.AreEqual(DateTimeOffset.UnixEpoch.UtcDateTime.AddSeconds(99), File.GetLastWriteTimeUtc(At("deep/late")));
    }

    [TestMethod]
    public async Task KeepsOwnersOrSaysThatItMayNot()
    {
        var notes = await UnpackAsync(new TarBuilder().File("theirs", "x", mode: 0x9ED, userId: 1654, groupId: 50).Symlink("link", "theirs"));

        // Root of a user namespace may only give files to those whom it maps.
        var owner = notes.OwnersLeftOut == 0 ? "1654:50" : await StatAsync("%u:%g", root);
        Assert.AreEqual(owner, await StatAsync("%u:%g", At("theirs")));
        Assert.AreEqual((UnixFileMode)0x9ED, File.GetUnixFileMode(At("theirs")));
        Assert.AreEqual(notes.OwnersLeftOut, notes.Examples.Count(example => example.StartsWith("owner 1654:50 left out", StringComparison.Ordinal) || example.StartsWith("owner 0:0 left out", StringComparison.Ordinal)));
        if (OverlayMarks.OfThisProcess.Kind == "trusted")
            Assert.AreEqual(0, notes.OwnersLeftOut);
    }

    [TestMethod]
    public async Task KeepsLinksAsTheyAre()
    {
        await UnpackAsync(new TarBuilder()
            .Symlink("dangling", "nowhere/at all").Symlink("absolute", "/etc/passwd").Symlink("up", "../../..").File("a/file", "content").HardLink("b/second", "a/file").HardLink("./third", "/a/file").HardLink("b/link", "absolute"));

        Assert.AreEqual("nowhere/at all", new FileInfo(At("dangling")).LinkTarget);
        Assert.AreEqual("/etc/passwd", new FileInfo(At("absolute")).LinkTarget);
        Assert.AreEqual("../../..", new FileInfo(At("up")).LinkTarget);
        Assert.AreEqual("/etc/passwd", new FileInfo(At("b/link")).LinkTarget);
        Assert.AreEqual("3", await StatAsync("%h", At("b/second")));
        Assert.AreEqual("content", File.ReadAllText(At("third")));
    }

    [TestMethod]
    public async Task KeepsNamesOfAnyLengthAndBytes()
    {
        var deep = string.Join('/', Enumerable.Range(0, 40).Select(i => new string((char)('a' + i % 26), 60)));
        await UnpackAsync(new TarBuilder()
            .Pax(("path", deep + "/ü")).File("short", "pax")
            .Entry('L', "././@LongLink", new string('l', 200) + "\0").Entry('K', "././@LongLink", new string('t', 300) + "\0").Entry('2', "short", link: "short")
            .File("not\xFFutf8", "x"));

        Assert.AreEqual("pax", File.ReadAllText(At(deep + "/ü")));
        Assert.AreEqual(new string('t', 300), new FileInfo(At(new string('l', 200))).LinkTarget);
        using var handle = FolderTree.Open(root);
        CollectionAssert.Contains(FolderTree.List(handle), "not\xFFutf8");
    }

    [TestMethod]
    public async Task LetsLaterEntriesReplaceEarlierOnes()
    {
        await UnpackAsync(new TarBuilder()
            .File("a", "first").File("a", "second").Folder("b/").File("b/inner", "x").File("b", "file").File("c", "file").Folder("c/").File("c/inner", "y")
            .Folder("d/", 0x1C0).File("d/kept", "z").Folder("d/", 0x1ED).Symlink("e", "d").Folder("e/").File("e/own", "w"));

        Assert.AreEqual("second", File.ReadAllText(At("a")));
        Assert.AreEqual("file", File.ReadAllText(At("b")));
        Assert.AreEqual("y", File.ReadAllText(At("c/inner")));
        Assert.AreEqual(("z", (UnixFileMode)0x1ED), (File.ReadAllText(At("d/kept")), File.GetUnixFileMode(At("d"))));
        Assert.IsFalse(File.Exists(At("d/own")));
    }

    [TestMethod]
    public async Task WritesThroughTheLayersOwnLinks()
    {
        await UnpackAsync(new TarBuilder().Folder("usr/lib/").Symlink("lib", "usr/lib").Symlink("root", "/").File("lib/a", "relative").File("root/usr/b", "absolute"));

        Assert.AreEqual("relative", File.ReadAllText(At("usr/lib/a")));
        Assert.AreEqual("absolute", File.ReadAllText(At("usr/b")));
    }

    [TestMethod]
    public async Task WritesWhiteoutsAsOverlayfsKnowsThem()
    {
        await UnpackAsync(new TarBuilder()
            .File("a/.wh.gone", "").File("b/.wh..wh..opq", "").File("b/new", "x").File("c/here", "x").File(".wh.c", "").File(".wh.d", "").File("d/again", "x")
            .File("e", "x").File(".wh.e", "").File(".wh..wh.plnk", ""));

        Assert.AreEqual("character special file 0:0", await StatAsync("%F %t:%T", At("a/gone")));
        Assert.AreEqual("x", File.ReadAllText(At("e")));
        foreach (var opaque in new[] { "b", "c", "d" })
        {
            using var handle = FolderTree.Open(At(opaque));
            Assert.IsTrue(OverlayMarks.OfThisProcess.IsOpaque(handle), opaque);
        }
        CollectionAssert.AreEquivalent(new[] { "a", "b", "c", "d", "e" }, Directory.GetFileSystemEntries(root).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public async Task LeavesDevicesOutAndMakesPipes()
    {
        var notes = await UnpackAsync(new TarBuilder().Entry('3', "dev/null").Entry('4', "dev/sda").Entry('6', "pipe", mode: 0x1B6));

        Assert.AreEqual(2, notes.DevicesLeftOut);
        Assert.IsFalse(Directory.Exists(At("dev")) && Directory.EnumerateFileSystemEntries(At("dev")).Any());
        Assert.AreEqual("fifo 666", await StatAsync("%F %a", At("pipe")));
    }

    [TestMethod]
    [DataRow("old")]
    [DataRow("0.0")]
    [DataRow("0.1")]
    [DataRow("1.0")]
    public async Task UnfoldsSparseFiles(string format)
    {
        await UnpackAsync(Sparse(format).File("after", "it"));

        var expected = new byte[10_000];
        "abc"u8.CopyTo(expected.AsSpan(5000));
        "de"u8.CopyTo(expected.AsSpan(9000));
        CollectionAssert.AreEqual(expected, File.ReadAllBytes(At("sparse")));
        Assert.AreEqual("it", File.ReadAllText(At("after")));
    }

    [TestMethod]
    public async Task KeepsOnlyTheAttributesThatAreTheImages()
    {
        await UnpackAsync(new TarBuilder().Pax(("SCHILY.xattr.user.mine", "yes"), ("SCHILY.xattr.user.overlay.opaque", "y"), ("SCHILY.xattr.trusted.overlay.redirect", "/")).Folder("d/"));

        using var handle = FolderTree.Open(At("d"));
        Assert.IsFalse(OverlayMarks.OfThisProcess.IsOpaque(handle));
        Assert.AreEqual("yes", Attribute(handle, "user.mine"));
        Assert.AreEqual("", Attribute(handle, "trusted.overlay.redirect") + Attribute(handle, "user.overlay.opaque"));
    }

    /// <summary>The kernel does not run a program whose file gives capabilities that its process cannot have: ping, above all.</summary>
    [TestMethod]
    [DataRow('\x20', 0, DisplayName = "NET_RAW")]
    [DataRow('\x04', 20, DisplayName = "NET_BIND_SERVICE")]
    public async Task LeavesOutCapabilitiesThatNoContainerHas(char second, int length)
    {
        await UnpackAsync(new TarBuilder().Pax(("SCHILY.xattr.security.capability", $"\x01\0\0\x02\0{second}{new string('\0', 14)}")).File("program", "x"));

        using var handle = File.OpenHandle(At("program"));
        Assert.HasCount(length, Attribute(handle, "security.capability"));
    }

    [TestMethod]
    public async Task TakesWhatGnuTarWrites()
    {
        var source = folder.CreateSubdirectory("source").FullName;
        File.WriteAllText(Path.Combine(source, "file"), "content");
        Directory.CreateDirectory(Path.Combine(source, new string('d', 150), new string('e', 150)));
        foreach (var format in new[] { "gnu", "pax", "ustar", "v7", "oldgnu" })
        {
            using var tar = Process.Start("tar", ["-C", source, $"--format={format}", "-cf", Path.Combine(folder.FullName, $"{format}.tar"), format is "v7" or "ustar" ? "file" : "."]);
            await tar.WaitForExitAsync();
            var into = folder.CreateSubdirectory(format).FullName;

            await UnpackAsync(File.ReadAllBytes(Path.Combine(folder.FullName, $"{format}.tar")), into);

            Assert.AreEqual("content", File.ReadAllText(Path.Combine(into, "file")), format);
        }
    }

    internal static TarBuilder Sparse(string format) => format switch
    {
        "0.0" => new TarBuilder().Pax(("GNU.sparse.size", "10000"), ("GNU.sparse.numblocks", "2"), ("GNU.sparse.offset", "5000"), ("GNU.sparse.numbytes", "3"), ("GNU.sparse.offset", "9000"), ("GNU.sparse.numbytes", "2")).File("sparse", "abcde"),
        "0.1" => new TarBuilder().Pax(("GNU.sparse.name", "sparse"), ("GNU.sparse.size", "10000"), ("GNU.sparse.map", "5000,3,9000,2")).File("other", "abcde"),
        "1.0" => new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "sparse"), ("GNU.sparse.realsize", "10000")).File("other", "2\n5000\n3\n9000\n2\n".PadRight(512, '\0') + "abcde"),
        _ => new TarBuilder().Raw(OldSparse()).Raw([.. "abcde"u8, .. new byte[507]]),
    };

    private static byte[] OldSparse()
    {
        var block = new TarBuilder().Entry('S', "sparse", size: 5).Build(withEnd: false);
        TarBuilder.Put(block, 257, 8, "ustar  \0");
        foreach (var (at, number) in new[] { (386, 5000), (398, 3), (410, 9000), (422, 2), (483, 10_000) })
            TarBuilder.Put(block, at, 12, Convert.ToString(number, 8).PadLeft(11, '0'));
        return TarBuilder.Sum(block);
    }

    private string At(string name) => Path.Combine(root, name);

    private Task<LayerNotes> UnpackAsync(TarBuilder archive) => UnpackAsync(archive.Build(), root);

    private static Task<LayerNotes> UnpackAsync(byte[] archive, string root) =>
        LayerUnpacker.UnpackAsync(new MemoryStream(archive), root, Digest.Sha256(archive), new(), CancellationToken.None);

    private static unsafe string Attribute(Microsoft.Win32.SafeHandles.SafeFileHandle handle, string name)
    {
        var value = stackalloc byte[100];
        var length = LinuxFiles.GetAttribute(handle, LayerPathName.Native(name), value, 100);
        return length < 0 ? "" : Encoding.UTF8.GetString(value, (int)length);
    }

    private static async Task<string> StatAsync(string format, string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", format, path]) { RedirectStandardOutput = true })!;
        var output = await stat.StandardOutput.ReadToEndAsync();
        await stat.WaitForExitAsync();
        return output.Trim();
    }
}
