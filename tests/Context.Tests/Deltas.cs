using Kontrakt.Context.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>What a second push adds to the image of the first.</summary>
[TestClass]
public sealed class Deltas
{
    /// <summary>The worked example of the original's README.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task HoldWhatIsNewAndChangedAndAWhiteoutForWhatIsGone()
    {
        await using var sandbox = await Sandbox.StartAsync();
        foreach (var path in new[] { "a/b", "a/d", "baz/blah/bleh", "gone/one", "gone/deep/two" })
            sandbox.Write(path);
        await sandbox.PushAsync();

        sandbox.Write("a/c");
        sandbox.Write("foo/bar");
        sandbox.Write("baz/blah/bleh", "changed");
        Directory.Delete(sandbox.At("gone"), recursive: true);
        var second = await sandbox.PushAsync();

        Assert.AreEqual(".wh.gone a/ a/c baz/ baz/blah/ baz/blah/bleh foo/ foo/bar", await sandbox.LayerAsync(second), sandbox.Log.ToString());
        Assert.IsNull(second.FreshBecause);
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(second));
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreBaseThenDataThenOneManifestHoweverManyThereAre()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("keep", new string('x', 1000));
        await sandbox.PushAsync();
        sandbox.Write("one");
        await sandbox.PushAsync();
        sandbox.Write("two");

        var third = await sandbox.PushAsync();

        var manifest = await sandbox.ManifestAsync(third);
        Assert.HasCount(1 + 3 + 1, manifest.Layers);
        CollectionAssert.AreEqual(new[] { "var/", "var/lib/", "var/lib/kontext/", "var/lib/kontext/manifest.json" }, await Unpacking.NamesAsync(sandbox.Client, sandbox.Tag, manifest.Layers[^1]));
        Assert.AreEqual("keep | one | two", string.Join(" | ", await sandbox.LayerAsync(third, 3), await sandbox.LayerAsync(third, 2), await sandbox.LayerAsync(third, 1)));
        var config = await sandbox.Client.GetConfigAsync(sandbox.Tag, manifest, CancellationToken.None);
        CollectionAssert.AreEqual(new[] { "/extract" }, config.Entrypoint?.ToArray());
        Assert.HasCount(5, config.DiffIds);
    }

    [TestMethod, Timeout(60_000)]
    public async Task AreNoneWhereNothingChanged()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("a/b");
        var first = await sandbox.PushAsync();
        var (uploads, puts) = (sandbox.Uploads, sandbox.Registry.Count("PUT", ""));
        File.SetLastWriteTimeUtc(sandbox.At("a/b"), DateTime.UtcNow.AddDays(-1));

        var second = await sandbox.PushAsync();

        Assert.AreEqual(first.Reference, second.Reference);
        Assert.AreEqual(0, second.BytesUploaded);
        Assert.AreEqual((uploads, puts), (sandbox.Uploads, sandbox.Registry.Count("PUT", "")));
        Assert.AreEqual(first.Reference.Digest, (await sandbox.Client.ResolveAsync(sandbox.Tag, CancellationToken.None))?.Digest);
    }

    /// <summary>Of the image there, the second push downloads the manifest layer and the config, and uploads one data layer.</summary>
    [TestMethod, Timeout(60_000)]
    public async Task MoveOnlyWhatTheyMust()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("large", new string('x', 100_000));
        var first = await sandbox.ManifestAsync(await sandbox.PushAsync());
        sandbox.Registry.Requests.Clear();
        sandbox.Write("small");

        var second = await sandbox.PushAsync();

        var downloaded = sandbox.Registry.Requests.Where(request => request.StartsWith("GET /v2/team/app/blobs/", StringComparison.Ordinal)).Order().ToList();
        CollectionAssert.AreEqual(new[] { first.Config, first.Layers[^1] }.Select(blob => $"GET /v2/team/app/blobs/{blob.Digest}").Order().ToList(), downloaded);
        Assert.AreEqual(3, sandbox.Uploads, "data, manifest, config");
        Assert.IsLessThan(3000, second.BytesUploaded, $"{second}");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("chmod")]
    [DataRow("file to folder")]
    [DataRow("folder to file")]
    [DataRow("file to link")]
    [DataRow("link to folder")]
    [DataRow("folder to link")]
    [DataRow("rename")]
    [DataRow("rename by case alone")]
    [DataRow("chmod of a folder")]
    [DataRow("retarget")]
    [DataRow("empty a folder")]
    [DataRow("empty folder gone")]
    [DataRow("everything gone")]
    public async Task TurnOneTreeIntoTheOther(string change)
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("file");
        sandbox.Write("folder/one", "1");
        sandbox.Write("folder/inner/two", "2");
        sandbox.Write("ballast", new string('x', 1000));
        sandbox.Link("link", "folder/one");
        Directory.CreateDirectory(sandbox.At("empty"));
        await sandbox.PushAsync();

        Change(sandbox, change);
        var second = await sandbox.PushAsync();

        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(second), sandbox.Log.ToString());
        Assert.AreEqual(change == "everything gone", second.FreshBecause is not null, sandbox.Log.ToString());
        Assert.AreEqual(0, (await sandbox.PushAsync()).BytesUploaded);
    }

    [TestMethod, Timeout(60_000)]
    public async Task OfSwapsBackAndForthShowOnlyTheLast()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("ballast", new string('x', 1000));
        sandbox.Write("x/first");
        await sandbox.PushAsync();
        Directory.Delete(sandbox.At("x"), recursive: true);
        sandbox.Write("x", "now a file");
        await sandbox.PushAsync();
        File.Delete(sandbox.At("x"));
        sandbox.Write("x/second");

        var third = await sandbox.PushAsync();

        Assert.IsNull(third.FreshBecause);
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(third));
    }

    private static void Change(Sandbox sandbox, string change)
    {
        switch (change)
        {
            case "chmod":
                File.SetUnixFileMode(sandbox.At("file"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
                break;
            case "chmod of a folder":
                File.SetUnixFileMode(sandbox.At("folder"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                break;
            case "file to folder":
                File.Delete(sandbox.At("file"));
                sandbox.Write("file/inside");
                break;
            case "folder to file":
                Directory.Delete(sandbox.At("folder"), recursive: true);
                sandbox.Write("folder", "no longer one");
                File.Delete(sandbox.At("link"));
                break;
            case "file to link":
                File.Delete(sandbox.At("file"));
                sandbox.Link("file", "folder");
                break;
            case "link to folder":
                File.Delete(sandbox.At("link"));
                sandbox.Write("link/inside");
                break;
            case "folder to link":
                Directory.Delete(sandbox.At("folder"), recursive: true);
                sandbox.Link("folder", "file");
                break;
            case "rename":
                Directory.Move(sandbox.At("folder"), sandbox.At("renamed"));
                break;
            case "rename by case alone":
                File.Move(sandbox.At("file"), sandbox.At("File"));
                break;
            case "retarget":
                File.Delete(sandbox.At("link"));
                sandbox.Link("link", "ballast");
                break;
            case "empty a folder":
                Directory.Delete(sandbox.At("folder/inner"), recursive: true);
                File.Delete(sandbox.At("folder/one"));
                break;
            case "empty folder gone":
                Directory.Delete(sandbox.At("empty"));
                break;
            case "everything gone":
                Directory.Delete(sandbox.Root, recursive: true);
                Directory.CreateDirectory(sandbox.Root);
                break;
            default:
                throw new ArgumentException(change);
        }
    }
}
