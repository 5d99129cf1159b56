using System.Runtime.Versioning;

namespace Tool.Tests.Engines;

/// <summary>What starts an engine, and what a start does where one is there already.</summary>
[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class Starts
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AtTheSameMomentGetTheSameEngine()
    {
        await using var engine = new TestEngine(Token);

        var starts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => engine.RunAsync("start", "--verbose")));
        var handshake = await engine.StartAsync();

        foreach (var start in starts)
        {
            Assert.AreEqual(0, start.ExitCode, start.Log);
            Assert.AreEqual($"{engine.Folder.Handshake}\n", start.Output);
        }
        var started = starts.Where(start => start.Error.Contains("started in", StringComparison.Ordinal)).ToList();
        Assert.HasCount(1, started, string.Join('\n', starts.Select(start => start.Log)));
        Assert.Contains($"(process {handshake.Pid})", started[0].Error);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task InAnotherFolderGetAnotherEngine()
    {
        await using var one = new TestEngine(Token);
        await using var other = new TestEngine(Token);

        await Task.WhenAll(one.StartAsync(), other.StartAsync());

        Assert.AreNotEqual(one.Handshake.Pid, other.Handshake.Pid);
        Assert.AreNotEqual(one.Handshake.Registry, other.Handshake.Registry);
        foreach (var engine in new[] { one, other })
        {
            using var client = engine.Client();
            await client.GetVersionAsync(Token);
            var status = await engine.RunAsync("status");
            Assert.Contains($"server\t{engine.Handshake.Connection.Server}\n", status.Output, status.Log);
        }
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task LeaveAnEngineOfAnotherVersionAlone()
    {
        await using var engine = new TestEngine(Token);
        var handshake = await engine.StartAsync();
        var file = new HandshakeText(engine.Folder);
        file.Change(says => says["version"] = "0.0.1");

        var refused = await engine.RunAsync("start");
        var status = await engine.RunAsync("status");

        Assert.AreNotEqual(0, refused.ExitCode, refused.Log);
        Assert.Contains("error KTR6001: the embedded engine did not start: version 0.0.1 of it runs in", refused.Error);
        Assert.Contains($"process\t{handshake.Pid}\n", status.Output, status.Log);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task ComeRightAfterAnEnd()
    {
        await using var engine = new TestEngine(Token);
        var first = await engine.StartAsync();

        await Signals.SendAsync("TERM", first.Pid);
        var second = await engine.StartAsync();
        await Signals.SendAsync("KILL", second.Pid);
        var third = await engine.StartAsync();

        Assert.AreNotEqual(second.Pid, third.Pid);
        Assert.AreEqual(first.Registry, third.Registry, "the registry's port is part of every image's name");
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task KeepTheTokenToTheirUser()
    {
        await using var engine = new TestEngine(Token);
        var handshake = await engine.StartAsync();
        var token = new HandshakeText(engine.Folder).Token;

        var said = new[] { await engine.RunAsync("start", "--verbose"), await engine.RunAsync("status", "--verbose"), await engine.RunAsync("stop", "--verbose") };

        Assert.IsGreaterThan(20, token.Length);
        foreach (var outcome in said)
            Assert.DoesNotContain(token, outcome.Log);
        Assert.DoesNotContain(token, engine.Log);
        Assert.IsGreaterThan(0, handshake.Pid);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task MakeFilesForTheirUserOnly()
    {
        await using var engine = new TestEngine(Token);

        await engine.StartAsync();

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(engine.Folder.Handshake));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(engine.Folder.Path));
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task GiveTheEngineNothingOfTheBuild()
    {
        await using var engine = new TestEngine(Token);
        var held = Path.Combine(engine.Home, "held");

        var piped = await engine.RunAsync(["sh", "-c", "exec 7>\"$1\"; shift; \"$@\" 2>&1 | cat", "sh", held, .. engine.Command("start")], secret: "hush-hush");
        var pid = (await engine.StartAsync()).Pid;

        Assert.EndsWith($"{engine.Folder.Handshake}\n", piped.Output, piped.Log);
        var environment = await File.ReadAllTextAsync($"/proc/{pid}/environ", Token);
        Assert.Contains("PATH=", environment);
        Assert.DoesNotContain("hush-hush", environment);
        Assert.IsEmpty(Directory.GetFiles($"/proc/{pid}/fd").Where(file => new FileInfo(file).LinkTarget == held).ToList());
    }
}
