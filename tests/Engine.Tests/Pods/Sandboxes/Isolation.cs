using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>A container has the rights that runtimes give by default, and what it was given or denied; nothing of the machine is in its reach.</summary>
[TestClass]
public sealed class Isolation : PodTests
{
    private const string Default = "00000000a80405fb";
    private const string None = "0000000000000000";
    [TestMethod]
    [Timeout(60_000)]
    public async Task RootHasTheDefaultCapabilities() => Assert.AreEqual((None, Default, Default, Default, None), await CapabilitiesAsync(spec => spec));

    [TestMethod]
    [Timeout(60_000)]
    public async Task OthersHaveNoneAndCouldHaveTheSame()
    {
        TestPod.NeedUsers();

        Assert.AreEqual((None, None, None, Default, None), await CapabilitiesAsync(spec => spec with { UserId = 1654 }));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AUserThatIsNotToBeHadIsTheEnginesWithoutCapabilities()
    {
        if (ContainerMachine.Current.HasUser(1654))
            Assert.Inconclusive("skipped: this machine has every user");

        Assert.AreEqual((None, None, None, None, None), await CapabilitiesAsync(spec => spec with { UserId = 1654 }));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task CapabilitiesAreAddedAndDropped() =>
        Assert.AreEqual((None, "00000000a80405fa", "00000000a80405fa", "00000000a80405fa", None),
            await CapabilitiesAsync(spec => spec with { AddedCapabilities = ["KILL"], DroppedCapabilities = ["CHOWN"] }));

    [TestMethod]
    [Timeout(60_000)]
    public async Task AllAreDroppedButTheOneThatIsAdded() =>
        Assert.AreEqual((None, "0000000000000400", "0000000000000400", "0000000000000400", None),
            await CapabilitiesAsync(spec => spec with { AddedCapabilities = ["NET_BIND_SERVICE"], DroppedCapabilities = ["ALL"] }));

    /// <summary>Each of them is a way to the machine or to other pods.</summary>
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("ALL")]
    [DataRow("DAC_READ_SEARCH")]
    [DataRow("CAP_SYS_ADMIN")]
    [DataRow("net_raw")]
    [DataRow("OTHER")]
    public async Task OthersThanTheDefaultOnesAreRefused(string name)
    {
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => pod.RunAsync("true", spec => spec with { AddedCapabilities = [name], DroppedCapabilities = ["ALL"] }));

        Assert.AreEqual($"no container gets the capability \"{name}\"", exception.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(false, "0")]
    [DataRow(true, "1")]
    public async Task NewPrivilegesAreGivenUpWhereSaid(bool given, string expected)
    {
        var run = await pod.RunAsync(["grep", "NoNewPrivs", "/proc/self/status"], spec => spec with { NoNewPrivileges = given });

        Assert.AreEqual($"NoNewPrivs:\t{expected}\n", run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("echo 1 > /proc/sys/kernel/panic")]
    [DataRow("echo b > /proc/sysrq-trigger")]
    [DataRow("mknod /tmp/disk b 254 0 && cat /tmp/disk")]
    [DataRow("mknod /dev/kmsg2 c 1 11 && head -c1 /dev/kmsg2")]
    [DataRow("mount -t tmpfs none /tmp")]
    [DataRow("hostname other")]
    [DataRow("touch /sys/x")]
    [DataRow("head -c1 /proc/kcore | grep .")]
    [DataRow("ls /proc/1/root/../../etc/passwd")]
    public async Task TheMachineIsOutOfReach(string script)
    {
        var run = await pod.RunAsync(script);

        Assert.AreNotEqual(0, run.Exit.ExitCode, run.Output);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OnlyItsOwnMountsAreThere()
    {
        var run = await pod.RunAsync("cat /proc/self/mounts");

        var points = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1]).ToArray();
        Assert.IsFalse(points.Any(point => point.Contains("kontrakt", StringComparison.Ordinal) || point.StartsWith("/tmp", StringComparison.Ordinal)), run.Output);
        CollectionAssert.IsSubsetOf(new[] { "/", "/proc", "/sys", "/dev", "/dev/pts", "/dev/shm", "/dev/null", "/proc/sys" }, points);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task UsualDevicesWork()
    {
        var run = await pod.RunAsync("head -c 8 /dev/urandom | wc -c; head -c 3 /dev/zero | wc -c; echo x > /dev/null; echo y > /dev/full; ls -l /dev/ptmx /dev/fd/0 >/dev/null && stat -c %a /dev/shm");

        Assert.AreEqual("8\n3\n1777\n", run.Output, run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItsRootCanBeReadOnly()
    {
        var run = await pod.RunAsync("touch /x; touch /bin/x; mkdir /tmp/x; echo ok > /dev/shm/x; pwd", spec => spec with { ReadOnlyRootFileSystem = true, WorkingDirectory = "/made" });

        Assert.AreEqual("/made\n", run.Output);
        Assert.AreEqual(3, run.Error.Split("Read-only file system").Length - 1, run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ContainersOfAPodShareNameNetworkAndMemoryButNotFiles()
    {
        var output = new TestPod.Output();
        var first = await pod.StartAsync("hostname; readlink /proc/self/ns/net /proc/self/ns/ipc; echo m > /dev/shm/m; echo f > /f; echo up; sleep 1000", output);
        await output.SeenAsync("up");

        var second = await pod.RunAsync("hostname; readlink /proc/self/ns/net /proc/self/ns/ipc; cat /dev/shm/m; test -e /f || echo up");
        first.Signal(9);

        Assert.AreEqual(output.Text.Replace("up", "m\nup", StringComparison.Ordinal), second.Output, second.Error);
        StringAssert.StartsWith(second.Output, "the-pod\n");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task WhatItWritesDoesNotReachItsImage()
    {
        await pod.RunAsync("echo x > /bin/written; chmod 700 /tmp");

        Assert.IsFalse(File.Exists(Path.Combine(pod.Layer, "bin", "written")));
        Assert.AreEqual((UnixFileMode)0b001_111_111_111, File.GetUnixFileMode(Path.Combine(pod.Layer, "tmp")));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TheEnginesOwnProgramCannotBeRunFromInside()
    {
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => pod.RunAsync(["/proc/self/exe"]));

        Assert.AreEqual(StartFailure.PermissionDenied, exception.Failure);
    }

    private async Task<(string Inheritable, string Permitted, string Effective, string Bounding, string Ambient)> CapabilitiesAsync(Func<ContainerSpec, ContainerSpec> change)
    {
        var run = await pod.RunAsync(["grep", "Cap", "/proc/self/status"], change);
        var sets = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[1]).ToArray();
        return (sets[0], sets[1], sets[2], sets[3], sets[4]);
    }
}
