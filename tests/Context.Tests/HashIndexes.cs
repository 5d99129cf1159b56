using Kontrakt.Context.Indexing;
using Kontrakt.Context.Scanning;
using Kontrakt.Context.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>Remembered hashes save reading, and are never believed where they could be wrong.</summary>
[TestClass]
public sealed class HashIndexes
{
    private const long Second = 1_000_000_000;
    private static readonly FileStatus Known = new(FileKind.File, 4, 100 * Second + 5, 100 * Second + 6, 1, 2, 1, 0x1A4);

    [TestMethod, Timeout(60_000)]
    public void GiveTheHashOfAFileThatIsWhatItWas()
    {
        var index = Remembering(Known, looked: 200 * Second);

        Assert.AreEqual(Hash('a'), index.Find("file", Known));
        Assert.IsNull(index.Find("other", Known));
    }

    [TestMethod, Timeout(60_000)]
    public void DoNotKnowAFileOfWhichAnythingIsOther()
    {
        var index = Remembering(Known, looked: 200 * Second);

        FileStatus[] others = [Known with { Size = 5 }, Known with { Modified = Known.Modified + 1 }, Known with { Changed = Known.Changed + 1 }, Known with { Inode = 3 }, Known with { Device = 9 }];

        Assert.IsTrue(others.All(other => index.Find("file", other) is null));
    }

    /// <summary>Git's racily clean files: written again within one tick of the clock, they look the same.</summary>
    [TestMethod, Timeout(60_000)]
    [DataRow(100 * Second + 6, false)]
    [DataRow(100 * Second + 50_000_000, false)]
    [DataRow(101 * Second, true)]
    [DataRow(50 * Second, false)]
    public void DoNotRememberAFileThatIsTooYoung(long looked, bool remembered) =>
        Assert.AreEqual(remembered, Remembering(Known, looked).Find("file", Known) is not null);

    [TestMethod, Timeout(60_000)]
    [DataRow(101 * Second, false)]
    [DataRow(103 * Second, true)]
    public void AreMoreCarefulWhereTimesAreWholeSeconds(long looked, bool remembered)
    {
        var coarse = Known with { Modified = 100 * Second, Changed = 100 * Second };

        Assert.AreEqual(remembered, Remembering(coarse, looked).Find("file", coarse) is not null);
    }

    /// <summary>The same size, and its time put back: only the time of change, which nobody can set, tells.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task SeeAChangeThatHidesItself()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("ballast", new string('x', 1000));
        sandbox.Write("file", "one");
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(sandbox.At("file"), time);
        await sandbox.PushAsync();
        await sandbox.PushAsync();

        File.WriteAllText(sandbox.At("file"), "two");
        File.SetLastWriteTimeUtc(sandbox.At("file"), time);
        var result = await sandbox.PushAsync();

        Assert.AreEqual("file", await sandbox.LayerAsync(result));
    }

    /// <summary>Written again and again without a pause, with the same size: each push has what was there when it began.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task SeeChangesRightAfterAPush()
    {
        await using var sandbox = await Sandbox.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            sandbox.Write("file", $"round {round:00}");
            var result = await sandbox.PushAsync();

            Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(result), $"round {round}");
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("as it was", null)]
    [DataRow("clock put back", "the clock has been put back since it was written")]
    [DataRow("other folder", "there is none yet")]
    [DataRow("other file system", "the folder is on another file system than it was")]
    [DataRow("damaged", "it is damaged")]
    [DataRow("cut short", "it is damaged")]
    [DataRow("empty", "it is damaged")]
    public void AreReadOnlyWhereTheyWereWritten(string change, string? why)
    {
        using var folder = new Kontrakt.Tests.TempFolder();
        var (state, root) = (folder.At("state"), folder.At("root"));
        Directory.CreateDirectory(root);
        Directory.CreateDirectory(state);
        var written = new HashIndexFile(state, root, new Clock(10));
        written.Write(Remembering(Known, 200 * Second));
        var file = Directory.GetFiles(state).Single();

        if (change == "other file system")
        {
            // Another folder in its place: another inode, as on another disk.
            Directory.Move(root, folder.At("away"));
            Directory.CreateDirectory(root);
        }
        else if (change == "damaged")
            File.WriteAllBytes(file, [.. File.ReadAllBytes(file)[..^1], 0x55]);
        else if (change is "cut short" or "empty")
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..(change == "empty" ? 0 : 60)]);
        var index = new HashIndexFile(state, change == "other folder" ? folder.Path : root, new Clock(change == "clock put back" ? 9 : 10)).Read(out var said);

        Assert.AreEqual(why, said);
        Assert.AreEqual(why is null, index.Find("file", Known) is not null);
    }

    [TestMethod, Timeout(60_000)]
    public void ForgetFilesThatAreGone()
    {
        using var folder = new Kontrakt.Tests.TempFolder();
        var file = new HashIndexFile(Directory.CreateDirectory(folder.At("state")).FullName, folder.Path, new Clock(10));
        var index = Remembering(Known, 200 * Second);
        index.Remember("gone", Known, Hash('b'), 200 * Second);
        file.Write(index);
        var read = file.Read(out _);
        read.Find("file", Known);

        file.Write(read);

        Assert.IsNull(file.Read(out _).Find("gone", Known));
        Assert.IsNotNull(file.Read(out _).Find("file", Known));
    }

    /// <summary>The state lies in obj/ of the very folder: it is never part of the context, and its coming changes nothing.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task AreNoPartOfTheContext()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("file");

        var first = await sandbox.PushAsync(request => request with { StateDirectory = sandbox.At("obj/kontrakt") });
        var second = await sandbox.PushAsync(request => request with { StateDirectory = sandbox.At("obj/kontrakt") });

        Assert.AreEqual("file", await sandbox.LayerAsync(first));
        Assert.AreEqual(first.Reference, second.Reference);
        Assert.IsTrue(Directory.Exists(sandbox.At("obj/kontrakt")));
    }

    /// <summary>The same where the folder is reached by another name than its state.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task AreNoPartOfTheContextByAnyName()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("file");
        File.CreateSymbolicLink(sandbox.Beside("alias"), sandbox.Root);

        var first = await sandbox.PushAsync(request => request with { Directory = sandbox.Beside("alias"), StateDirectory = sandbox.At("obj/kontrakt") });

        Assert.AreEqual("file", await sandbox.LayerAsync(first));
        Assert.AreEqual(first.Reference, (await sandbox.PushAsync(request => request with { Directory = sandbox.Beside("alias"), StateDirectory = sandbox.At("obj/kontrakt") })).Reference);
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatCannotBeWrittenAreDoneWithout()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("file");
        File.WriteAllText(sandbox.State, "a file, where a folder should be");

        var first = await sandbox.PushAsync();
        sandbox.Write("file", "changed");
        var second = await sandbox.PushAsync();

        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(second));
        Assert.AreNotEqual(first.Reference, second.Reference);
        Assert.Contains("hashes are not remembered", sandbox.Log.ToString());
    }

    private static HashIndex Remembering(FileStatus status, long looked)
    {
        var index = new HashIndex();
        index.Remember("file", status, Hash('a'), looked);
        return index;
    }

    private static string Hash(char digit) => new(digit, 64);

    private sealed class Clock(int hours) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(60).AddHours(hours);
    }
}
