using Kontrakt.Tests;
using Kontrakt.Context.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>The program in the image, on a workspace that is not empty.</summary>
[TestClass]
public sealed class Extractions
{
    [TestMethod, Timeout(60_000)]
    public async Task ReplaceWhatIsThere()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var workspace = sandbox.Beside("workspace");
        sandbox.Write("shorter", "short");
        sandbox.Write("was-folder");
        sandbox.Write("was-file/inside");
        sandbox.Write("was-link/inside");
        sandbox.Link("link", "shorter");
        var result = await sandbox.PushAsync();
        Directory.CreateDirectory(sandbox.Beside("outside"));
        foreach (var path in new[] { "shorter", "was-folder/x", "was-file", "link" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(workspace, path))!);
            File.WriteAllText(Path.Combine(workspace, path), "much longer than what comes");
        }
        File.CreateSymbolicLink(Path.Combine(workspace, "was-link"), sandbox.Beside("outside"));

        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(result, workspace));
        Assert.IsEmpty(Directory.GetFileSystemEntries(sandbox.Beside("outside")), "nothing is written through a link of the workspace");
    }

    [TestMethod, Timeout(60_000)]
    public async Task LeaveWhatIsNotOfTheContextUnlessToldToDelete()
    {
        await using var sandbox = await Sandbox.StartAsync();
        var workspace = sandbox.Beside("workspace");
        sandbox.Write("folder/file");
        Directory.CreateDirectory(Path.Combine(workspace, "stale/deep"));
        Directory.CreateDirectory(Path.Combine(workspace, "folder"));
        File.WriteAllText(Path.Combine(workspace, "folder/old"), "");
        var result = await sandbox.PushAsync();

        Assert.Contains("stale/deep", await sandbox.ExtractAsync(result, workspace));
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(result, workspace, "--delete"));
    }

    [TestMethod, Timeout(60_000)]
    public void SayHowMuch()
    {
        using var folder = new TempFolder();
        var code = Extract(folder, "{\"files\":{\".\":\"\",\"a\":\"x\",\"d\":\"\",\"d/b\":\"x\"}}", "a", "d/b");

        Assert.AreEqual((0, $"kontext: 2 files, 8 bytes, 0 links copied to {folder.At("workspace")}\n"), code);
    }

    [TestMethod, Timeout(60_000)]
    public void FailWhereTheImageLacksAFile()
    {
        using var folder = new TempFolder();

        var (code, output) = Extract(folder, "{\"files\":{\".\":\"\",\"a\":\"x\",\"lost\":\"x\"}}", "a");

        Assert.AreEqual(1, code);
        Assert.Contains("the image lacks 'lost'", output);
    }

    [TestMethod, Timeout(60_000)]
    public void FailWhereAFileCannotBeWrittenAndGoOnWithTheOthers()
    {
        using var folder = new TempFolder();
        folder.Write("manifest.json", "{\"files\":{\".\":\"\",\"a\":\"x\",\"b\":\"x\"}}");
        folder.Write("source/a", "text");
        folder.Write("source/b", "text");
        // A mount in the way, which nobody can delete.
        Directory.CreateDirectory(folder.At("workspace/a/in/the/way"));
        using (var mount = System.Diagnostics.Process.Start("mount", ["-t", "tmpfs", "none", folder.At("workspace/a/in")]))
        {
            mount.WaitForExit();
            if (mount.ExitCode != 0)
                Assert.Inconclusive("skipped: not allowed to mount");
        }
        try
        {
            var (code, output) = Sandbox.Run(["--source", folder.At("source"), "--manifest", folder.At("manifest.json"), folder.At("workspace")]);

            Assert.AreEqual(1, code);
            Assert.Contains("'a' was not copied", output);
            Assert.IsTrue(File.Exists(folder.At("workspace/b")));
        }
        finally
        {
            using var unmount = System.Diagnostics.Process.Start("umount", [folder.At("workspace/a/in")]);
            unmount.WaitForExit();
        }
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("{", 1)]
    [DataRow("[]", 1)]
    public void FailWithoutAManifestThatCanBeRead(string manifest, int expected)
    {
        using var folder = new TempFolder();

        Assert.AreEqual(expected, Extract(folder, manifest, "a").Code);
    }

    [TestMethod, Timeout(60_000)]
    public void FailWhereThereIsNoContext() => Assert.AreEqual(1, Sandbox.Run(["--source", "/nonexistent", "--manifest", "/nonexistent", "/nonexistent/workspace"]).Code);

    [TestMethod, Timeout(60_000)]
    [DataRow("--unknown")]
    [DataRow("a", "b")]
    [DataRow("--source")]
    public void FailWithWhatIsNotUnderstood(params string[] args) => Assert.AreEqual(2, Sandbox.Run(args).Code);

    private static (int Code, string Output) Extract(TempFolder folder, string manifest, params string[] files)
    {
        folder.Write("manifest.json", manifest);
        foreach (var file in files)
            folder.Write($"source/{file}", "text");
        return Sandbox.Run(["--source", folder.At("source"), "--manifest", folder.At("manifest.json"), folder.At("workspace")]);
    }
}
