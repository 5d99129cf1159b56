using System.Runtime.Versioning;

namespace Tool.Tests.Engines;

/// <summary>However an engine ends, its pods end with it, and nothing of them is left.</summary>
[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class Ends
{
    private static readonly string[] KeptFiles = [".gitignore", "engine.lock", "engine.log", "layers", "memory", "pods", "registry", "registry-port", "start.lock", "volumes"];

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AreToldByStatus()
    {
        await using var engine = new TestEngine(Token);

        var before = await engine.RunAsync("status");
        var handshake = await engine.StartAsync();
        var during = await engine.RunAsync("status");
        var stop = await engine.RunAsync("stop");
        var after = await engine.RunAsync("status");
        var again = await engine.RunAsync("stop");

        Assert.AreEqual(before, after);
        Assert.AreEqual($"state\tstopped\nfolder\t{engine.Folder.Path}\n", after.Output, after.Log);
        Assert.AreEqual(1, after.ExitCode);
        Assert.AreEqual(0, during.ExitCode, during.Log);
        Assert.Contains($"state\trunning\nfolder\t{engine.Folder.Path}\nprocess\t{handshake.Pid}\n", during.Output);
        Assert.AreEqual("the embedded engine has ended\n", stop.Error, stop.Log);
        Assert.AreEqual("no embedded engine is running\n", again.Error, again.Log);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("stop", "")]
    [DataRow("stop", "nobody")]
    [DataRow("stop", "powerless root")]
    [DataRow("TERM", "")]
    public async Task InOrderLeaveNothing(string how, string user)
    {
        await using var engine = new TestEngine(Token, user);
        var handshake = await engine.StartAsync();
        await SleepingPods.StartAsync(engine, count: 3, running: 3, Token);
        using var surroundings = EngineSurroundings.Of(engine.Folder.Path, handshake.Pid);
        var processes = surroundings.Processes;

        if (how == "stop")
            Assert.AreEqual(0, (await engine.RunAsync("stop")).ExitCode);
        else
            await Signals.SendAsync(how, handshake.Pid);
        await surroundings.WaitForEndAsync(Token);

        Assert.IsGreaterThan(3, processes, "the engine and three containers");
        Assert.AreEqual(3, surroundings.Networks);
        Assert.IsGreaterThan(0, surroundings.Mounts);
        Assert.AreEqual(0, surroundings.Processes);
        Assert.AreEqual("", surroundings.Left());
        Assert.AreEqual("", surroundings.LeftCgroups());
        Assert.IsEmpty(Directory.GetFileSystemEntries(engine.Folder.Path).Select(Path.GetFileName).Except(KeptFiles).ToList(), "besides images, ports and logs");
        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(engine.Folder.Path, "pods")));
        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(engine.Folder.Path, "volumes")));
        Assert.Contains(how == "stop" ? "ends: its node was deleted" : "ends: it was asked to", engine.Log);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("")]
    [DataRow("nobody")]
    public async Task ByAKillInTheMiddleOfPodsLeaveFoldersForTheNextStartOnly(string user)
    {
        await using var engine = new TestEngine(Token, user);
        var killed = await engine.StartAsync();
        await SleepingPods.StartAsync(engine, count: 20, running: 10, Token);
        using var surroundings = EngineSurroundings.Of(engine.Folder.Path, killed.Pid);
        var images = Images(engine);

        await Signals.SendAsync("KILL", killed.Pid);
        await surroundings.WaitForEndAsync(Token);
        var status = await engine.RunAsync("status");
        var left = surroundings.Left();
        var next = await engine.StartAsync();

        Assert.IsGreaterThanOrEqualTo(10, surroundings.Networks);
        Assert.AreEqual("", left);
        Assert.Contains("state\tstopped\n", status.Output, status.Log);
        Assert.AreNotEqual(killed.Pid, next.Pid);
        await surroundings.WaitForCgroupsAsync(Token);
        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(engine.Folder.Path, "pods")));
        Assert.AreEqual(images, Images(engine));
        await SleepingPods.StartAsync(engine, count: 1, running: 1, Token);
    }

    private static string Images(TestEngine engine)
    {
        var blobs = Directory.GetFiles(Path.Combine(engine.Folder.Path, "registry", "blobs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.IsGreaterThanOrEqualTo(3, blobs.Count, "layer, config and manifest");
        return string.Join('\n', blobs);
    }
}
