using System.Diagnostics;
using System.Globalization;
using Kontrakt.Context.Tests.Infra;

namespace Kontrakt.Context.Tests;

/// <summary>What may lie in a folder.</summary>
[TestClass]
public sealed class FilesOfAllKinds
{
    [TestMethod, Timeout(60_000)]
    [DataRow("ünïcödé")]
    [DataRow("o\u0308 and ö")]
    [DataRow("日本語/ファイル")]
    [DataRow("😀")]
    [DataRow("back\\slash")]
    [DataRow("new\nline")]
    [DataRow(" leading and trailing ")]
    [DataRow("\"quotes\" & <tags>")]
    [DataRow("-dash")]
    [DataRow("x")]
    [DataRow("...")]
    [DataRow("a/ba/c/d/e/f/g/h/i/j")]
    public async Task KeepTheirNames(string name)
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write(name);

        var result = await sandbox.PushAsync();

        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(result));
        Assert.AreEqual(0, (await sandbox.PushAsync()).BytesUploaded);
    }

    [TestMethod, Timeout(60_000)]
    public async Task HaveNamesAsLongAsTheFileSystemAllows()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write(string.Join('/', Enumerable.Range(0, 8).Select(each => new string((char)('a' + each), 250))));
        sandbox.Link("link", string.Join('/', Enumerable.Repeat(new string('l', 200), 5)));

        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(await sandbox.PushAsync()));
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatAnImageCannotNameAreAnError()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("a/.wh.b");
        const string script = """printf x >"$(printf 'bad\377')"; ln -s "$(printf 'to\377')" link; printf 1 >"$(printf 'twin\377')"; printf 2 >"$(printf 'twin\357\277\275')" """;
        using (var touch = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = sandbox.Root })!)
            await touch.WaitForExitAsync();

        var problems = await sandbox.FailAsync();

        // .NET cannot delete what it cannot name.
        using (var remove = Process.Start("rm", ["-r", sandbox.Root]))
            await remove.WaitForExitAsync();
        // The white-out, the file, the link's target, and the one of two names that .NET shows as the other.
        Assert.AreEqual("KTR5005 KTR5005 KTR5005 KTR5005", string.Join(' ', problems.Select(problem => problem.Code)));
        Assert.AreEqual(0, sandbox.Registry.Count("POST", "team/app"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task KeepEveryModeAndEmptyFolders()
    {
        await using var sandbox = await Sandbox.StartAsync();
        foreach (var mode in new[] { 0x100, 0x180, 0x1FF, 0x1ED, 0x124, 0x9ED, 0x5ED })
            sandbox.Write(string.Create(CultureInfo.InvariantCulture, $"f{mode}"), "x", (UnixFileMode)mode);
        Directory.CreateDirectory(sandbox.At("empty/inner"), (UnixFileMode)0x1C0);
        File.SetUnixFileMode(sandbox.At("empty"), (UnixFileMode)0x3FF);

        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(await sandbox.PushAsync()));
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatAreNoneAtAllGiveAnEmptyWorkspace()
    {
        await using var sandbox = await Sandbox.StartAsync();

        var result = await sandbox.PushAsync();

        Assert.AreEqual("", await sandbox.ExtractAsync(result));
        Assert.AreEqual(0, (await sandbox.PushAsync()).BytesUploaded);
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatAreNoFilesAreLeftOutAndNamed()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("file");
        using (var make = Process.Start("mkfifo", [sandbox.At("pipe")]))
            await make.WaitForExitAsync();

        var result = await sandbox.PushAsync();

        Assert.AreEqual("file", await sandbox.LayerAsync(result));
        Assert.Contains("'pipe' is a socket, a pipe or a device", sandbox.Log.ToString());
    }

    /// <summary>A gigabyte of which next to nothing is on disk: neither memory nor the layer may grow with it.</summary>
    [TestMethod, Timeout(300_000)]
    public async Task AreStreamedHoweverLarge()
    {
        const long size = 1L << 30;
        await using var sandbox = await Sandbox.StartAsync();
        using (var sparse = File.Create(sandbox.At("sparse")))
        {
            sparse.Seek(size / 2, SeekOrigin.Begin);
            sparse.WriteByte(1);
            sparse.SetLength(size);
        }
        var before = GC.GetTotalAllocatedBytes();

        var result = await sandbox.PushAsync();

        Assert.AreEqual(size, result.Bytes);
        Assert.IsLessThan(256 << 20, GC.GetTotalAllocatedBytes() - before);
        var image = await Unpacking.UnpackAsync(sandbox.Client, result.Reference, sandbox.Beside("image"));
        var (code, output) = Sandbox.Run(["--source", Path.Combine(image, "var/run/kontext"), "--manifest", Path.Combine(image, ContextManifest.PathInImage), sandbox.Beside("workspace")]);
        Assert.AreEqual(0, code, output);
        Assert.Contains(size.ToString(CultureInfo.InvariantCulture) + " bytes", output);
        using var copy = File.OpenRead(sandbox.Beside("workspace/sparse"));
        copy.Seek(size / 2, SeekOrigin.Begin);
        Assert.AreEqual((size, 1), (copy.Length, copy.ReadByte()));
        var blocks = await BlocksAsync(sandbox.Beside("workspace/sparse"));
        Assert.IsLessThan(size / 512 / 50, blocks, "what is zero stays a hole");
    }

    [TestMethod, Timeout(60_000)]
    public async Task WithSeveralNamesStayOneFile()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("ballast", new string('x', 1000));
        sandbox.Write("b/one", "shared");
        await LinkAsync(sandbox, "b/one", "a-second");
        await LinkAsync(sandbox, "b/one", "c");
        var first = await sandbox.PushAsync();

        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(first));

        File.WriteAllText(sandbox.At("c"), "changed");
        var second = await sandbox.PushAsync();

        Assert.AreEqual("a-second b/ b/one c", string.Join(' ', (await sandbox.LayerAsync(second)).Split(' ').Order(StringComparer.Ordinal)));
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(second));

        File.Delete(sandbox.At("a-second"));
        File.Delete(sandbox.At("c"));
        sandbox.Write("c", "changed");
        Assert.AreEqual(Trees.Describe(sandbox.Root), await sandbox.ExtractAsync(await sandbox.PushAsync()));
        Assert.AreEqual(0, (await sandbox.PushAsync()).BytesUploaded);
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatCannotBeReadAreErrorsAllAtOnceAndNothingIsPushed()
    {
        await using var sandbox = await Sandbox.StartAsync();
        // Not even root can read these: on Linux, reading a process's memory from its start is an I/O error.
        sandbox.Write("fine");
        sandbox.Link("one", "/proc/self/mem");
        sandbox.Link("two", "/proc/self/mem");

        var problems = await sandbox.FailAsync(request => request with { FollowLinks = true });

        Assert.AreEqual("KTR5002 one, KTR5002 two", string.Join(", ", problems.Select(problem => $"{problem.Code} {Path.GetFileName(problem.Location?.File)}")));
        Assert.AreEqual(0, sandbox.Registry.Count("POST", "team/app"));
    }

    [TestMethod, Timeout(60_000)]
    public async Task ThatAreNoFolderAreAnError()
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("file");

        var problems = await sandbox.FailAsync(request => request with { Directory = sandbox.At("file") });

        Assert.AreEqual("KTR5001", problems.Single().Code);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("/")]
    [DataRow("/.")]
    [DataRow("/../context")]
    public async Task AreTheSameHoweverTheFolderIsWritten(string suffix)
    {
        await using var sandbox = await Sandbox.StartAsync();
        sandbox.Write("a");
        sandbox.Write("bc");
        var plain = await sandbox.PushAsync();

        Assert.AreEqual(plain.Reference, (await sandbox.PushAsync(request => request with { Directory = sandbox.Root + suffix })).Reference);
    }

    private static async Task LinkAsync(Sandbox sandbox, string existing, string name)
    {
        using var link = Process.Start("ln", [sandbox.At(existing), sandbox.At(name)]);
        await link.WaitForExitAsync();
        Assert.AreEqual(0, link.ExitCode);
    }

    private static async Task<long> BlocksAsync(string file)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%b", file]) { RedirectStandardOutput = true })!;
        return long.Parse(await stat.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture);
    }
}
