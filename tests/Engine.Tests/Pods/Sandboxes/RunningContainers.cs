namespace Engine.Tests.Pods.Sandboxes;

/// <summary>A container's first process runs as it was specified, and its end is told exactly.</summary>
[TestClass]
public sealed class RunningContainers : PodTests
{
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("true", 0)]
    [DataRow("false", 1)]
    [DataRow("exit 7", 7)]
    [DataRow("sh -c 'kill -9 $$'; exit $?", 137)]
    public async Task ItsExitCodeIsKept(string script, int expected)
    {
        var run = await pod.RunAsync(script);

        Assert.AreEqual((expected, (int?)null), (run.Exit.ExitCode, run.Exit.Signal), run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OutputAndErrorArriveApart()
    {
        var run = await pod.RunAsync("echo out; echo err >&2");

        Assert.AreEqual(("out\n", "err\n"), (run.Output, run.Error));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task LargeOutputArrivesWhole()
    {
        long count = 0;

        var process = await pod.StartAsync("dd if=/dev/zero bs=1M count=64 2>/dev/null", new(), spec => spec with { Output = (_, bytes) => count += bytes.Length });
        var exit = await process.Exit;

        Assert.AreEqual((0, 64L << 20), (exit.ExitCode, count));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task WhatRemainsInTheBackgroundEndsWithTheFirstProcess()
    {
        var run = await pod.RunAsync("sleep 1000 & echo started");

        Assert.AreEqual((0, "started\n"), (run.Exit.ExitCode, run.Output));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task EnvironmentIsWhatWasSpecifiedAndNothingElse()
    {
        var run = await pod.RunAsync(["env"], spec => spec with { Environment = ["PATH=/bin", "A=b c", "E="] });

        Assert.AreEqual("PATH=/bin\nA=b c\nE=\n", run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TheWorkingDirectoryIsMade()
    {
        var run = await pod.RunAsync("pwd; stat -c %a:%u .", spec => spec with { WorkingDirectory = "/srv/app" });

        Assert.AreEqual("/srv/app\n755:0\n", run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItsUserAndGroupsAreTaken()
    {
        TestPod.NeedUsers();
        var run = await pod.RunAsync("id; echo x > /dev/stdout", spec => spec with { UserId = 1654, GroupId = 1655, SupplementaryGroups = [7, 8] });

        Assert.AreEqual("uid=1654 gid=1655 groups=7,8\nx\n", run.Output, run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItIsProcessOneOfItsOwnAndSeesNoOther()
    {
        var run = await pod.RunAsync("echo $$; echo /proc/[0-9]*");

        Assert.AreEqual("1\n/proc/1\n", run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NoSignalIsBlockedOrIgnored()
    {
        var run = await pod.RunAsync(["grep", "Sig[BI]", "/proc/self/status"]);

        Assert.AreEqual("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NoDescriptorOfTheEngineIsOpenInIt()
    {
        var run = await pod.RunAsync(["ls", "/proc/self/fd"]);

        Assert.AreEqual("0\n1\n2\n3\n", run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AKilledOneEndsWithAllItsProcesses()
    {
        var output = new TestPod.Output();
        var process = await pod.StartAsync("sleep 1000 & echo up; sleep 1000", output);
        await output.SeenAsync("up");

        process.Signal(9);
        var exit = await process.Exit;

        Assert.AreEqual((137, 9), (exit.ExitCode, exit.Signal));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ASignalReachesItsHandler()
    {
        var output = new TestPod.Output();
        var process = await pod.StartAsync("trap 'echo bye; exit 3' TERM; echo up; sleep 1000 & wait", output);
        await output.SeenAsync("up");

        process.Signal(15);
        var exit = await process.Exit;

        Assert.AreEqual((3, "up\nbye\n"), (exit.ExitCode, output.Text));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task SignallingOneThatHasEndedDoesNothing()
    {
        var process = await pod.StartAsync("true", new());
        await process.Exit;

        process.Signal(9);
    }
}
