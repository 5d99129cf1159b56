using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Sandboxes.Limits;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>A container cannot use more than it may, where the machine's cgroups allow limits; where not, that is said.</summary>
[TestClass]
public sealed class Limits : PodTests
{
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

    /// <summary>In whatever namespaces its root may get: the group that it sees as the root of all is not the one that limits it.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task RootInItCannotLiftItsMemory()
    {
        Need("memory");
        const string unshare = "/usr/bin/unshare";
        if (!File.Exists(unshare))
            Assert.Inconclusive($"skipped: {unshare} is absent (package util-linux)");
        const string lift = """
            /usr/bin/unshare --user --map-root-user --mount --cgroup /bin/sh -c '
            mkdir /tmp/g
            mount -t cgroup -o memory none /tmp/g || mount -t cgroup2 none /tmp/g
            echo -1 > /tmp/g/memory.memsw.limit_in_bytes
            echo -1 > /tmp/g/memory.limit_in_bytes
            echo max > /tmp/g/memory.max'
            exec dd if=/dev/zero of=/dev/null bs=64M count=1
            """;
        // The machine's programs and libraries, for unshare.
        var machine = new (string From, string To)[] { ("/usr", "/usr"), ("/usr/lib", "/lib"), ("/usr/lib64", "/lib64") }.Where(each => Directory.Exists(each.From)).Select(each => new ContainerMount(each.From, each.To, ReadOnly: true));

        var run = await pod.RunAsync(lift, spec => spec with { Limits = new(MemoryBytes: 16 << 20), Mounts = [.. machine] });

        Assert.AreEqual((137, true), (run.Exit.ExitCode, run.Exit.OutOfMemory), run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("memory", "memory.limit_in_bytes|memory.memsw.limit_in_bytes|memory.max", "exec dd if=/dev/zero of=/dev/null bs=64M count=1")]
    [DataRow("pids", "pids.max", "for i in 1 2 3 4 5 6 7 8 9; do sleep 9 & done; echo lifted")]
    public async Task WhatItSeesOfItsLimitsIsNotWhatLimitsIt(string controller, string files, string script)
    {
        Need(controller);
        var output = new TestPod.Output();
        var id = $"lifted-{controller}-{Guid.NewGuid():N}";
        var process = await pod.StartAsync($"echo up; while [ ! -e /go/x ]; do sleep 0.05; done; {script}", output,
            spec => spec with { Id = id, Limits = new(MemoryBytes: 16 << 20, Processes: 5), Mounts = [new(pod.NewFolder(id), "/go", ReadOnly: false)] });
        await output.SeenAsync("up");

        var seen = Seen(controller, process.Pid);
        foreach (var file in files.Split('|').Reverse().Where(file => File.Exists(Path.Combine(seen, file))))
            File.WriteAllText(Path.Combine(seen, file), file.EndsWith("bytes", StringComparison.Ordinal) ? "-1" : "max");
        await File.WriteAllTextAsync(Path.Combine(pod.Folder, id, "x"), "");

        var exit = await process.Exit;
        Assert.AreNotEqual(0, exit.ExitCode, output.Text);
        Assert.IsFalse(output.Text.Contains("lifted", StringComparison.Ordinal), output.Text);
    }

    /// <summary>A mount of any hierarchy shows what is below its own group, and nothing of the machine's.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task EveryHierarchyBeginsWithItsOwnGroup()
    {
        Need("pids");

        var run = await pod.RunAsync("cat /proc/self/cgroup");

        Assert.IsTrue(run.Output.Length > 0 && run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line => line.EndsWith(":/", StringComparison.Ordinal)), run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AllTogetherLeaveTheMachineRoom()
    {
        Need("memory");
        Need("pids");
        var output = new TestPod.Output();
        var process = await pod.StartAsync("echo up; exec sleep 1000", output);
        await output.SeenAsync("up");

        var memory = Directory.GetParent(Directory.GetParent(Seen("memory", process.Pid))!.FullName)!.FullName;
        var processes = Directory.GetParent(Directory.GetParent(Seen("pids", process.Pid))!.FullName)!.FullName;
        var bytes = long.Parse(File.ReadAllText(Path.Combine(memory, File.Exists(Path.Combine(memory, "memory.max")) ? "memory.max" : "memory.limit_in_bytes")), System.Globalization.CultureInfo.InvariantCulture);
        process.Signal(9);

        Assert.IsTrue(Math.Abs(MachineShare.Current.MemoryBytes - bytes) < 1 << 20, $"{bytes}");
        Assert.AreEqual($"{MachineShare.Current.Processes}", File.ReadAllText(Path.Combine(processes, "pids.max")).Trim());
    }

    [TestMethod]
    [DataRow(24L << 30, 32768L, 19.2, 6.0, 4096)]
    [DataRow(4L << 30, 32768L, 3.2, 2.0, 4096)]
    [DataRow(1L << 30, 1000L, 0.8, 0.8, 125)]
    public void TheShareFollowsTheMachine(long memory, long processes, double all, double container, int each)
    {
        var share = MachineShare.Of(memory, processes);

        Assert.AreEqual((all, container, each), (Math.Round(share.MemoryBytes / (double)(1 << 30), 2), Math.Round(share.ContainerMemoryBytes / (double)(1 << 30), 2), share.ContainerProcesses));
        Assert.AreEqual(processes / 2, share.Processes);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NothingOfTheirsIsLeft()
    {
        var group = CgroupMount.Read().FirstOrDefault(mount => mount.Controllers.Contains("pids"));
        if (group is null)
            Assert.Inconclusive("skipped: this machine has no cgroups");

        await pod.RunAsync("true", spec => spec with { Id = "leaves-nothing", Limits = new(Processes: 10) });

        Assert.IsEmpty(Directory.GetDirectories(group!.Home, "kontrakt-*").SelectMany(folder => Directory.GetDirectories(folder, "*leaves-nothing*")));
    }

    [TestMethod]
    public void WhatIsNotToBeHadIsSaid() =>
        Assert.AreEqual(Cgroups.Shared.Refusals.Values.Distinct().Count(), ContainerMachine.Current.Restrictions.Count(text => text.Contains("limit", StringComparison.Ordinal)));

    /// <summary>The folder of the group in which a process of this machine is.</summary>
    private static string Seen(string controller, int pid)
    {
        var mount = CgroupMount.Read().First(mount => mount.Controllers.Contains(controller));
        return Path.Join(mount.Point, Machine(mount, pid));
    }

    private static string Machine(CgroupMount mount, int pid) =>
        File.ReadAllLines($"/proc/{pid}/cgroup").Select(line => line.Split(':', 3)).First(parts => mount.Unified ? parts[1].Length == 0 : parts[1] == string.Join(',', mount.Controllers))[2];

    private static void Need(string controller)
    {
        if (Cgroups.Shared.Refusals.TryGetValue(controller, out var why))
            Assert.Inconclusive($"skipped: {why}");
    }
}
