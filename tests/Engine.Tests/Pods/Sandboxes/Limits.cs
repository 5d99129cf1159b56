using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>A container cannot use more than it may, where the machine's cgroups allow limits; where not, that is said.</summary>
[TestClass]
public sealed class Limits
{
    private TestPod pod = null!;

    [TestInitialize]
    public async Task Start() => pod = await TestPod.CreateAsync();

    [TestCleanup]
    public async Task Stop()
    {
        if (pod is not null)
            await pod.DisposeAsync();
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ForkingWithoutEndFailsInsideAndNowhereElse()
    {
        Need("pids");
        var output = new TestPod.Output();
        var process = await pod.StartAsync("echo up; bomb() { bomb | bomb & }; bomb; sleep 1000", output, spec => spec with { Limits = new(Processes: 20) });
        await output.SeenAsync("up");

        process.Signal(9);

        Assert.AreEqual(137, (await process.Exit).ExitCode);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ProcessesAreCounted()
    {
        Need("pids");

        var run = await pod.RunAsync("for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; echo not reached", spec => spec with { Limits = new(Processes: 5) });

        Assert.AreNotEqual("not reached\n", run.Output);
        StringAssert.Contains(run.Error, "can't fork");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TooMuchMemoryEndsItAndIsTold()
    {
        Need("memory");

        var run = await pod.RunAsync(["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"], spec => spec with { Limits = new(MemoryBytes: 8 << 20) });

        Assert.AreEqual((137, true), (run.Exit.ExitCode, run.Exit.OutOfMemory), run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task EnoughMemoryIsNotTold()
    {
        var run = await pod.RunAsync("exit 137", spec => spec with { Limits = new(MemoryBytes: 64 << 20, Cpus: 0.5, Processes: 10) });

        Assert.AreEqual((137, false), (run.Exit.ExitCode, run.Exit.OutOfMemory), run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItReadsItsOwnLimits()
    {
        Need("memory");

        var run = await pod.RunAsync("cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null; touch /sys/fs/cgroup/x /sys/fs/cgroup/memory/x",
            spec => spec with { Limits = new(MemoryBytes: 64 << 20) });

        Assert.AreEqual($"{64 << 20}\n", run.Output, run.Error);
        Assert.AreEqual(1, run.Exit.ExitCode);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ACommandInItCountsToo()
    {
        Need("pids");
        var output = new TestPod.Output();
        var process = await pod.StartAsync("echo up; sleep 1000", output, spec => spec with { Limits = new(Processes: 4) });
        await output.SeenAsync("up");

        using var error = new MemoryStream();
        await process.ExecAsync(new() { Arguments = ["sh", "-c", "sleep 9 & sleep 9 & sleep 9 & sleep 9 &"], Error = error }, CancellationToken.None);

        StringAssert.Contains(System.Text.Encoding.UTF8.GetString(error.ToArray()), "can't fork");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NothingOfTheirsIsLeft()
    {
        var group = CgroupMount.Read().FirstOrDefault(mount => mount.Controllers.Contains("pids"));
        if (group is null)
            Assert.Inconclusive("skipped: this machine has no cgroups");

        await pod.RunAsync("true", spec => spec with { Id = "leaves-nothing", Limits = new(Processes: 10) });

        Assert.IsEmpty(Directory.GetDirectories(group!.Home, "kontrakt-*").SelectMany(folder => Directory.GetDirectories(folder, "*leaves-nothing")));
    }

    [TestMethod]
    public void WhatIsNotToBeHadIsSaid() =>
        Assert.AreEqual(Cgroups.Shared.Refusals.Values.Distinct().Count(), ContainerMachine.Current.Restrictions.Count(text => text.Contains("limit", StringComparison.Ordinal)));

    private static void Need(string controller)
    {
        if (Cgroups.Shared.Refusals.TryGetValue(controller, out var why))
            Assert.Inconclusive($"skipped: {why}");
    }
}
