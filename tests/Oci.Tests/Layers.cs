using Kontrakt.Tests;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Tests;

/// <summary>Layers are reproducible, complete, and say of themselves what is true.</summary>
[TestClass]
public sealed class Layers
{
    private static LayerEntry Text(string path, string text) => new LayerEntry.Content(path, 0x1A4, Encoding.UTF8.GetBytes(text));

    private static byte[] Unpacked(LayerFile layer)
    {
        using var gzip = new GZipStream(File.OpenRead(layer.Path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static List<TarEntry> Entries(LayerFile layer)
    {
        using var reader = new TarReader(new MemoryStream(Unpacked(layer)));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
            entries.Add(entry);
        return entries;
    }

    private static Task<LayerFile> WriteAsync(TempFolder folder, params IEnumerable<LayerEntry> entries) =>
        LayerWriter.WriteAsync(entries, folder.At($"{Guid.NewGuid():N}.tar.gz"), CancellationToken.None);

    [TestMethod, Timeout(120_000)]
    public async Task AreSortedAndHaveParents()
    {
        using var folder = new TempFolder();

        var layer = await WriteAsync(folder, Text("/b/c/d.txt", "d"), Text("a.txt", "a"), new LayerEntry.Folder("./tmp/", 0x3FF), Text("b//e", "e"));

        CollectionAssert.AreEqual(new[] { "a.txt", "b/", "b/c/", "b/c/d.txt", "b/e", "tmp/" }, Entries(layer).Select(entry => entry.Name).ToArray());
        Assert.AreEqual((UnixFileMode)0x3FF, Entries(layer)[^1].Mode);
        Assert.IsTrue(Entries(layer).All(entry => entry is { Uid: 0, Gid: 0 } && entry.ModificationTime == DateTimeOffset.UnixEpoch));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreTheSameForTheSameContent()
    {
        using var folder = new TempFolder();
        var entries = new[] { Text("x/" + new string('n', 300), "long"), Text("ü", "wide"), new LayerEntry.SymbolicLink("l", "x"), Text("z", "z") };
        var file = folder.Write("source", "content");

        var first = await WriteAsync(folder, [.. entries, new LayerEntry.File("f", 0x1ED, file)]);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-9));
        var second = await WriteAsync(folder, [new LayerEntry.File("/f", 0x1ED, file), .. entries.Reverse()]);

        Assert.AreEqual(first.Descriptor, second.Descriptor);
        Assert.AreEqual(first.DiffId, second.DiffId);
        CollectionAssert.AreEqual(File.ReadAllBytes(first.Path), File.ReadAllBytes(second.Path));
    }

    [TestMethod, Timeout(120_000)]
    public async Task SayTheirOwnDigests()
    {
        using var folder = new TempFolder();

        var layer = await WriteAsync(folder, Text("a", new string('x', 1_000_000)));

        Assert.AreEqual(Digest.Sha256(File.ReadAllBytes(layer.Path)), layer.Descriptor.Digest);
        Assert.AreEqual(new FileInfo(layer.Path).Length, layer.Descriptor.Size);
        Assert.AreEqual(Digest.FromSha256(SHA256.HashData(Unpacked(layer))), layer.DiffId);
        Assert.IsTrue(layer.Descriptor.Size < 10_000, $"{layer.Descriptor.Size} bytes");
    }

    [TestMethod, Timeout(120_000)]
    [DataRow(99)]
    [DataRow(100)]
    [DataRow(101)]
    [DataRow(254)]
    [DataRow(255)]
    public async Task KeepLongNames(int length)
    {
        using var folder = new TempFolder();
        var name = new string('n', length);

        var layer = await WriteAsync(folder, Text($"some/folder/{name}", "1"), new LayerEntry.SymbolicLink("link", name), Text($"ü/{name}", "2"));

        var entries = Entries(layer);
        CollectionAssert.IsSubsetOf(new[] { $"some/folder/{name}", $"ü/{name}" }, entries.Select(entry => entry.Name).ToArray());
        Assert.AreEqual(name, entries.Single(entry => entry.Name == "link").LinkName);
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreReadByTar()
    {
        using var folder = new TempFolder();
        var deep = string.Join('/', Enumerable.Repeat("folder", 40)) + "/file";
        var layer = await WriteAsync(folder, Text(deep, "deep"), Text("b/file", "b"), new LayerEntry.HardLink("a", "/b/file"), new LayerEntry.SymbolicLink("s", "b/file"));
        Directory.CreateDirectory(folder.At("out"));

        using var tar = Process.Start(new ProcessStartInfo("tar", ["-xzf", layer.Path, "-C", folder.At("out"), "--no-same-owner"]) { RedirectStandardError = true })!;
        var errors = await tar.StandardError.ReadToEndAsync();
        await tar.WaitForExitAsync();

        Assert.AreEqual((0, ""), (tar.ExitCode, errors));
        Assert.AreEqual("deep", File.ReadAllText(folder.At($"out/{deep}")));
        Assert.AreEqual("b", File.ReadAllText(folder.At("out/a")));
        Assert.AreEqual("b", File.ReadAllText(folder.At("out/s")));
    }

    [TestMethod, Timeout(120_000)]
    public async Task GiveHardLinksTheirFilesMode()
    {
        using var folder = new TempFolder();

        var layer = await WriteAsync(folder, new LayerEntry.HardLink("a", "b"), new LayerEntry.Content("b", 0x1ED, "b"u8.ToArray()) with { UserId = 7 });

        var link = Entries(layer)[^1];
        Assert.AreEqual(("a", "b", (UnixFileMode)0x1ED, 7), (link.Name, link.LinkName, link.Mode, link.Uid));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => WriteAsync(folder, new LayerEntry.HardLink("a", "elsewhere")));
    }

    [TestMethod, Timeout(120_000)]
    public async Task HideWhatLiesBelow()
    {
        using var folder = new TempFolder();

        var layer = await WriteAsync(folder, LayerEntry.Whiteout("/a/gone"), LayerEntry.Whiteout("top"), LayerEntry.OpaqueWhiteout("b"));

        CollectionAssert.AreEqual(new[] { ".wh.top", "a/", "a/.wh.gone", "b/", "b/.wh..wh..opq" }, Entries(layer).Select(entry => entry.Name).ToArray());
        Assert.IsTrue(Entries(layer).All(entry => entry.Length == 0));
    }

    [TestMethod, Timeout(120_000)]
    public async Task KeepOwners()
    {
        using var folder = new TempFolder();

        var layer = await WriteAsync(folder, Text("a", "a") with { UserId = 1654, GroupId = 5_000_000 });

        Assert.AreEqual((1654, 5_000_000), (Entries(layer)[0].Uid, Entries(layer)[0].Gid));
    }

    [TestMethod, Timeout(120_000)]
    public async Task RefuseWhatIsNoLayer()
    {
        using var folder = new TempFolder();

        await RefusesAsync("..", Text("a/../../b", ""));
        await RefusesAsync("NUL", Text("a\0b", ""));
        await RefusesAsync("two entries", Text("a", "1"), Text("/a", "2"));
        await RefusesAsync("not a folder", Text("a", "1"), Text("a/b", "2"));
        await RefusesAsync("root", Text("/", ""));
        Assert.IsEmpty(Directory.GetFiles(folder.Path));

        async Task RefusesAsync(string problem, params LayerEntry[] entries)
        {
            var error = await Assert.ThrowsExactlyAsync<ArgumentException>(() => WriteAsync(folder, entries));
            StringAssert.Contains(error.Message, problem);
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task LeaveNothingBehindWhenASourceIsMissing()
    {
        using var folder = new TempFolder();

        await Assert.ThrowsExactlyAsync<FileNotFoundException>(() => WriteAsync(folder, new LayerEntry.File("a", 0x1A4, folder.At("missing"))));

        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }
}
