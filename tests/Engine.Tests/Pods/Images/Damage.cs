using System.Globalization;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Pods.Images;

/// <summary>A layer that is damaged, a bomb, or packed otherwise is refused with a sentence that says so.</summary>
[TestClass]
public sealed class Damage : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kontrakt-damage-");

    public void Dispose() => FolderTree.Delete(folder.FullName);

    [TestMethod]
    public async Task OfItsDigestIsNamed()
    {
        var archive = new TarBuilder().File("a", "x").Build();

        StringAssert.Contains(await RefusedAsync(archive, Digest.Sha256("other"u8)), $"its unpacked content has the digest {Digest.Sha256(archive)}, and the image's config says {Digest.Sha256("other"u8)}");
    }

    [TestMethod]
    public async Task ByACutIsNamed()
    {
        var archive = new TarBuilder().File("a", new string('x', 5000)).Build();
        var packed = ImageBuilder.Gzip(archive);

        foreach (var length in new[] { 600, 1000, 3000 })
            StringAssert.Contains(await RefusedAsync(archive[..length], Digest.Sha256(archive)), "unexpected EOF");
        // A cut in the last bytes takes nothing of the content away.
        foreach (var length in Enumerable.Range(11, packed.Length - 32))
            Assert.AreNotEqual("", await RefusedAsync(packed[..length], Digest.Sha256(archive)));
    }

    [TestMethod]
    public async Task OfTheGzipIsNamed()
    {
        var archive = new TarBuilder().File("a", string.Concat(Enumerable.Range(0, 5000).Select(i => i.ToString(CultureInfo.InvariantCulture)))).Build();
        var packed = ImageBuilder.Gzip(archive);
        packed[packed.Length / 2] ^= 0xFF;

        Assert.AreNotEqual("", await RefusedAsync(packed, Digest.Sha256(archive)));
    }

    [TestMethod]
    [DataRow(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0 }, "packed with zstd")]
    [DataRow(new byte[] { 0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0 }, "packed with xz")]
    [DataRow(new byte[] { 0x42, 0x5A, 0x68, 0x39, 0, 0 }, "packed with bzip2")]
    public async Task OfAnotherPackingIsNamed(byte[] start, string message) => StringAssert.Contains(await RefusedAsync(start, Digest.Sha256(start)), message);

    [TestMethod]
    public async Task ByBombsIsNamed()
    {
        var archive = new TarBuilder().File("zeros", new string('\0', 3_000_000)).Build();
        var many = new TarBuilder();
        for (var i = 0; i < 20; i++)
            many.File($"f{i}", "");
        var sparse = Unpacking.Sparse("0.1").Build();

        StringAssert.Contains(await RefusedAsync(ImageBuilder.Gzip(archive), Digest.Sha256(archive), new() { RatioFloor = 1_000_000, Ratio = 50 }), "decompression bomb");
        StringAssert.Contains(await RefusedAsync(ImageBuilder.Gzip(archive), Digest.Sha256(archive), new() { Bytes = 2_000_000 }), "more than 2000000 bytes");
        StringAssert.Contains(await RefusedAsync(archive, Digest.Sha256(archive), new() { Bytes = 2_000_000 }), "more than 2000000 bytes");
        StringAssert.Contains(await RefusedAsync(sparse, Digest.Sha256(sparse), new() { Bytes = 9_999 }), "more than 9999 bytes");
        StringAssert.Contains(await RefusedAsync(many.Build(), Digest.Sha256(many.Build()), new() { Entries = 10 }), "more than 10 entries");
    }

    [TestMethod]
    [DataRow("10 path=a")]
    [DataRow("99 path=a\n")]
    [DataRow("x path=a\n")]
    [DataRow("9 path a\n")]
    [DataRow("8 =path\n")]
    [DataRow("13 size=1.5x\n")]
    [DataRow("15 mtime=never\n")]
    public async Task OfExtendedRecordsIsNamed(string records)
    {
        var archive = new TarBuilder().Entry('x', "pax", records).File("a", "x").Build();

        StringAssert.Contains(await RefusedAsync(archive, Digest.Sha256(archive)), "the tar archive is damaged");
    }

    /// <summary>Each of the headers is small enough.</summary>
    [TestMethod]
    [DataRow('x')]
    [DataRow('L')]
    public async Task ByManyHeadersBeforeOneFileIsNamed(char type)
    {
        var archive = new TarBuilder();
        for (var i = 0; i < 12; i++)
            archive.Entry(type, "header", $"100009 k{i:000}={new string('v', 99_996)}\n");
        var layer = archive.File("a", "x").Build();

        StringAssert.Contains(await RefusedAsync(layer, Digest.Sha256(layer)), "the tar archive holds names and extended headers of more than 1048576 bytes before one file");
    }

    [TestMethod]
    [DataRow("GNU.sparse.realsize", "-5")]
    [DataRow("GNU.sparse.size", "-9223372036854775808")]
    [DataRow("size", "-1")]
    [DataRow("size", "9223372036854775807")]
    public async Task OfSizesIsNamed(string key, string size)
    {
        var archive = new TarBuilder().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), (key, size)).File("a", "0\n" + new string('\0', 510)).Build();

        StringAssert.Contains(await RefusedAsync(archive, Digest.Sha256(archive)), $"has a size of {size})");
    }

    [TestMethod]
    [DataRow("uid", "-5")]
    [DataRow("gid", "9223372036854775807")]
    [DataRow("mtime", "-5.5")]
    public async Task IsNotWhatAnUnusualNumberMeans(string key, string value)
    {
        var archive = new TarBuilder().Pax((key, value)).File("a", "x").Build();

        await LayerUnpacker.UnpackAsync(new MemoryStream(archive), folder.FullName, Digest.Sha256(archive), new(), CancellationToken.None);

        Assert.IsTrue(File.Exists(Path.Combine(folder.FullName, "a")));
    }

    [TestMethod]
    [DataRow("5000,3,4000,2")]
    [DataRow("-1,3,9000,2")]
    [DataRow("5000,3,9999,2")]
    [DataRow("5000,3,9000,3")]
    [DataRow("5000,3,9000")]
    [DataRow("9223372036854775807,3,9223372036854775807,2")]
    public async Task OfSparseMapsIsNamed(string map)
    {
        var archive = new TarBuilder().Pax(("GNU.sparse.name", "s"), ("GNU.sparse.size", "10000"), ("GNU.sparse.map", map)).File("other", "abcde").Build();

        StringAssert.Contains(await RefusedAsync(archive, Digest.Sha256(archive)), "the tar archive is damaged");
    }

    /// <summary>Any change of any byte: unpacked or refused, never another end.</summary>
    [TestMethod, Timeout(300_000)]
    public async Task OfAnyByteEndsInARefusal()
    {
        var good = new TarBuilder().Folder("d/").File("d/a", "content").Symlink("l", "d").HardLink("h", "d/a").Pax(("path", "p"), ("mtime", "1.5")).File("x", "y")
            .Entry('L', "long", "name\0").File("x", "y").Raw(Unpacking.Sparse("1.0").Build(withEnd: false)).Raw(Unpacking.Sparse("old").Build(withEnd: false)).File(".wh.w", "").Build();
        var random = new Random(4711);
        for (var round = 0; round < 1000; round++)
        {
            var bad = (byte[])good.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            if (round % 2 == 0)
                Mend(bad);
            var into = folder.CreateSubdirectory(round.ToString(CultureInfo.InvariantCulture)).FullName;
            try
            {
                await LayerUnpacker.UnpackAsync(new MemoryStream(bad), into, Digest.Sha256(bad), new() { Bytes = 1_000_000 }, CancellationToken.None);
            }
            catch (Exception refused) when (refused is LayerException or IOException)
            {
                Assert.AreNotEqual("", refused.Message);
            }
            FolderTree.Delete(into);
        }
        Assert.AreEqual(0, folder.GetFileSystemInfos().Length);
    }

    /// <summary>With right checksums, damage gets further.</summary>
    private static void Mend(byte[] archive)
    {
        for (var at = 0; at + 512 <= archive.Length; at += 512)
        {
            if (archive.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
                TarBuilder.Sum(archive[at..(at + 512)]).CopyTo(archive, at);
        }
    }

    private async Task<string> RefusedAsync(byte[] layer, Digest diffId, LayerLimits? limits = null)
    {
        var into = folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;
        return (await Assert.ThrowsExactlyAsync<LayerException>(() => LayerUnpacker.UnpackAsync(new MemoryStream(layer), into, diffId, limits ?? new(), CancellationToken.None))).Message;
    }
}
