using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Kontrakt.Diagnostics;

namespace Tool.Tests.Engines;

/// <summary>Handshakes that are not an engine's, engines that do not answer, folders that cannot be used.</summary>
[TestClass, OSCondition(OperatingSystems.Linux), SupportedOSPlatform("linux")]
public sealed class Misfortunes
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AProcessThatHasTheNumberOfADeadEngineIsLeftAlone()
    {
        await using var engine = new TestEngine(Token);
        await engine.StartAsync();
        var dead = new HandshakeText(engine.Folder);
        await engine.RunAsync("stop");
        using var stranger = Process.Start("sleep", ["100000"]);
        dead.Change(says => says["pid"] = stranger.Id);

        var status = await engine.RunAsync("status");
        var stop = await engine.RunAsync("stop");
        var next = await engine.StartAsync();

        Assert.Contains("state\tstopped\n", status.Output, status.Log);
        Assert.AreEqual("no embedded engine is running\n", stop.Error, stop.Log);
        Assert.AreNotEqual(stranger.Id, next.Pid);
        Assert.IsFalse(stranger.HasExited, "it was killed");
        stranger.Kill();
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AServerThatHasThePortOfADeadEngineIsNotTakenForIt()
    {
        await using var engine = new TestEngine(Token);
        await engine.StartAsync();
        var text = await File.ReadAllTextAsync(engine.Folder.Handshake, Token);
        var port = engine.Handshake.Connection.Server.Port;
        await engine.RunAsync("stop");
        // It takes connections, and says nothing.
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        await File.WriteAllTextAsync(engine.Folder.Handshake, text.Replace($":{port}", $":{((IPEndPoint)stranger.LocalEndpoint).Port}", StringComparison.Ordinal), Token);

        var status = await engine.RunAsync("status");
        var next = await engine.StartAsync();

        Assert.Contains("state\tstopped\n", status.Output, status.Log);
        Assert.AreNotEqual(((IPEndPoint)stranger.LocalEndpoint).Port, next.Connection.Server.Port);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task HalfAHandshakeIsNone()
    {
        await using var engine = new TestEngine(Token);
        var first = await engine.StartAsync();
        var whole = new HandshakeText(engine.Folder);
        await engine.RunAsync("stop");
        whole.Halve();

        var status = await engine.RunAsync("status");
        var stop = await engine.RunAsync("stop");
        var next = await engine.StartAsync();

        Assert.Contains("state\tstopped\n", status.Output, status.Log);
        Assert.AreEqual("no embedded engine is running\n", stop.Error, stop.Log);
        Assert.AreNotEqual(first.Started, next.Started);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AnEngineThatStandsStillIsSaidToBeSilentAndCanBeStopped()
    {
        await using var engine = new TestEngine(Token);
        var handshake = await engine.StartAsync();

        await Signals.SendAsync("STOP", handshake.Pid);
        var silent = await engine.RunAsync("start");
        await Signals.SendAsync("CONT", handshake.Pid);
        var awake = await engine.RunAsync("status");
        await Signals.SendAsync("STOP", handshake.Pid);
        var stop = await engine.RunAsync("stop", "--verbose");

        Assert.AreNotEqual(0, silent.ExitCode, silent.Log);
        Assert.Contains($"error KTR6002: the embedded engine (process {handshake.Pid}) did not answer within 10 s", silent.Error);
        Assert.Contains($"process\t{handshake.Pid}\n", awake.Output, awake.Log);
        Assert.Contains($"process {handshake.Pid} is killed", stop.Error);
        Assert.IsFalse(Directory.Exists($"/proc/{handshake.Pid}"));
        Assert.IsFalse(File.Exists(engine.Folder.Handshake), "of an engine that was killed");
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AnEngineWhoseFolderWasRemovedLeavesThatOfTheNextAlone()
    {
        await using var engine = new TestEngine(Token);
        var first = await engine.StartAsync();
        using var surroundings = EngineSurroundings.Of(engine.Folder.Path, first.Pid);
        Directory.Move(engine.Folder.Path, $"{engine.Folder.Path}-removed");

        var second = await engine.StartAsync();
        await Signals.SendAsync("TERM", first.Pid);
        await surroundings.WaitForEndAsync(Token);

        Assert.AreEqual(second, engine.Handshake with { Connection = second.Connection, Restrictions = second.Restrictions });
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AFolderThatCannotBeIsAnErrorThatNamesIt()
    {
        await using var engine = new TestEngine(Token);
        await File.WriteAllTextAsync(engine.Folder.Path, "a file", Token);

        var start = await engine.RunAsync("start");

        Assert.AreNotEqual(0, start.ExitCode, start.Log);
        Assert.Contains($"error KTR6001: the embedded engine did not start: its folder '{engine.Folder.Path}' cannot be used", start.Error);
        Assert.Contains("--engine-directory", start.Error);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AFolderThatEverybodyMayWriteToIsRefused()
    {
        await using var engine = new TestEngine(Token);
        Directory.CreateDirectory(engine.Folder.Path);
        File.SetUnixFileMode(engine.Folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);

        var start = await engine.RunAsync("start");

        Assert.AreNotEqual(0, start.ExitCode, start.Log);
        Assert.Contains($"error KTR6001: the embedded engine did not start: every user of this machine may write to '{engine.Folder.Path}'", start.Error);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AFullDiskIsAnErrorThatSaysSo()
    {
        await using var engine = new TestEngine(Token);
        string[] full = ["unshare", .. Environment.IsPrivilegedProcess ? (string[])[] : ["--user", "--map-root-user"], "--mount", "sh", "-c",
            "mkdir -m 700 \"$1\" && mount -t tmpfs -o size=4k,mode=700 tmpfs \"$1\" && echo mounted && head -c 4096 /dev/zero >\"$1/full\"; shift; \"$@\"", "sh", engine.Folder.Path];

        var start = await engine.RunAsync([.. full, .. engine.Command("start")]);

        if (!start.Output.Contains("mounted", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: no tmpfs can be mounted: {start.Error}");
        Assert.AreNotEqual(0, start.ExitCode, start.Log);
        Assert.Contains("error KTR6001: the embedded engine did not start: No space left on device", start.Error);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    [DataRow("setsid")]
    [DataRow("unshare")]
    [DataRow("mount")]
    public async Task AProgramThatIsNotThereIsNamed(string missing)
    {
        await using var engine = new TestEngine(Token);
        var programs = Directory.CreateDirectory(Path.Combine(engine.Home, "programs")).FullName;
        foreach (var program in new[] { "setsid", "unshare", "mount" }.Where(program => program != missing))
            File.CreateSymbolicLink(Path.Combine(programs, program), $"/usr/bin/{program}");

        var start = await engine.RunAsync(["env", $"PATH={programs}", DotnetHost.Path, .. engine.Command("start")[1..]]);

        if (missing == "mount" && start.Error.Contains("allows no namespaces", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: {start.Error}");
        Assert.AreNotEqual(0, start.ExitCode, start.Log);
        Assert.Contains("error KTR6001: the embedded engine did not start: a program of util-linux is missing", start.Error);
        Assert.Contains(missing, start.Error);
    }

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task AMachineThatForbidsNamespacesIsToldAsSuchWithTheWayOut()
    {
        await using var engine = new TestEngine(Token, Environment.IsPrivilegedProcess ? "nobody" : "");
        // In a user namespace that may have none below it, as one of its users without rights.
        const string forbid = "echo 0 >/proc/sys/user/max_user_namespaces && echo forbidden && exec setpriv --ambient-caps=-all --inh-caps=-all \"$@\"";
        var start = engine.Command("start");
        var dotnet = Array.IndexOf(start, "dotnet");

        var refused = await engine.RunAsync([.. start[..dotnet], "unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c", forbid, "sh", .. start[dotnet..]]);

        if (!refused.Output.Contains("forbidden", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: {refused.Error}");
        Assert.AreNotEqual(0, refused.ExitCode, refused.Log);
        Assert.Contains("error KTR6001: the embedded engine did not start: this machine allows no namespaces to this user (unshare:", refused.Error);
        Assert.Contains("root allows them by 'sysctl -w user.max_user_namespaces=15000'. Fix this, or set --context", refused.Error);
    }
}
