using System.Diagnostics;
using System.Text;
using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Sandboxes;
using Microsoft.Win32.SafeHandles;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>Ways from a container to the machine by its files, tried by root of the container; see SystemCalls for those by system calls.</summary>
[TestClass]
public sealed class WaysOut : PodTests
{
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("echo '|/bin/sh' > /proc/sys/kernel/core_pattern")]
    [DataRow("echo /bin/sh > /proc/sys/kernel/modprobe")]
    [DataRow("echo 1 > /proc/sys/vm/drop_caches")]
    [DataRow("echo 1 > /proc/sys/net/ipv4/ip_forward")]
    [DataRow("echo b > /proc/sysrq-trigger")]
    [DataRow("echo -1000 > /proc/self/oom_score_adj")]
    [DataRow("echo /bin/sh > /sys/kernel/uevent_helper")]
    [DataRow("echo 68 > /sys/class/net/lo/mtu")]
    [DataRow("mkdir /sys/fs/cgroup/x")]
    [DataRow("for file in $(find /sys/fs/cgroup -name release_agent -o -name cgroup.procs -o -name memory.max -o -name pids.max); do echo 0 > $file && exit 0; done; exit 1")]
    [DataRow("mount -o remount,rw /proc/sys")]
    [DataRow("umount /proc/sys")]
    [DataRow("unshare -r true")]
    [DataRow("unshare -rC true")]
    [DataRow("nsenter -t 1 -n true")]
    [DataRow("dmesg")]
    [DataRow("renice -n -5 -p 1")]
    [DataRow("ip address add 10.244.0.1/16 dev lo")]
    [DataRow("ip link set lo address 02:00:00:00:00:01")]
    [DataRow("losetup -f /bin/busybox")]
    [DataRow("cat /dev/mem /dev/kmem /dev/port /dev/kmsg")]
    [DataRow("ls /dev | grep -E 'vd|sd|loop|nvme|fuse|kvm|net'")]
    [DataRow("cat /proc/kcore /proc/keys /proc/timer_list /proc/sched_debug | grep .")]
    [DataRow("ls -A /sys/firmware | grep .")]
    [DataRow("chmod 666 /dev/null")]
    [DataRow("chmod 666 /dev/tty")]
    [DataRow("chmod 666 /proc/self/fd/0")]
    [DataRow("for file in kcore keys timer_list sched_debug; do chmod 666 /proc/$file && exit 0; done; exit 1")]
    public async Task ItLeadsNowhere(string script)
    {
        var run = await pod.RunAsync(script);

        Assert.AreNotEqual(0, run.Exit.ExitCode, run.Output);
    }

    /// <summary>Those of the machine's root, in an image or a volume, are no doors.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task DevicesOfImagesAndVolumesCannotBeOpened()
    {
        NeedRoot();
        var volume = pod.NewFolder("devices");
        foreach (var folder in (string[])[volume, Path.Combine(pod.Layer, "tmp")])
            Assert.AreEqual(0, await BusyboxAsync("mknod", "-m", "666", Path.Combine(folder, "zero"), "c", "1", "5"));

        var run = await pod.RunAsync("head -c1 /tmp/zero; head -c1 /v/zero", spec => spec with { Mounts = [new(volume, "/v", ReadOnly: false)] });

        Assert.AreEqual(("", 2), (run.Output, run.Error.Split("Permission denied").Length - 1), run.Error);
    }

    /// <summary>Their owner and mode are the machine's; what is read and written is not.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task DevicesCanBeUsedAndNotChanged()
    {
        var run = await pod.RunAsync("echo x > /dev/null && echo x >> /dev/null && cat && head -c1 /dev/zero | wc -c && ! echo x > /dev/full; chmod 666 /dev/null");

        Assert.AreEqual(("1\n", 1), (run.Output, run.Exit.ExitCode), run.Error);
        StringAssert.Contains(run.Error, "Read-only file system");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task LinksInAVolumeLeadIntoTheContainerOnly()
    {
        var volume = pod.NewFolder("links");
        var secret = Path.Combine(pod.Folder, "secret");
        File.WriteAllText(secret, "of the machine");
        File.CreateSymbolicLink(Path.Combine(volume, "link"), secret);

        var run = await pod.RunAsync($"cat /v/link; ln {secret} /v/hard; ls {pod.Folder}; cat /v/../../../../..{secret}", spec => spec with { Mounts = [new(volume, "/v", ReadOnly: false)] });

        Assert.AreEqual("", run.Output);
        Assert.IsFalse(File.Exists(Path.Combine(volume, "hard")));
    }

    /// <summary>A program of the image that is root's for everybody: unless the container may gain no privileges.</summary>
    [TestMethod]
    [Timeout(60_000)]
    [DataRow(false, 0)]
    [DataRow(true, 1)]
    public async Task SetUserIdProgramsAreRootsUnlessSaid(bool noNewPrivileges, int expected)
    {
        TestPod.NeedUsers();
        var path = Path.Combine(pod.Layer, "bin", "become-root");
        var setuid = CallProgram.IsX64 ? 105 : 146;
        new CallProgram().Call(setuid, 0).Write(path);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.SetUser);

        var run = await pod.RunAsync(["/bin/become-root"], spec => spec with { UserId = 1654, NoNewPrivileges = noNewPrivileges });

        Assert.AreEqual(expected, run.Exit.ExitCode);
    }

    /// <summary>A command enters its working directory while it still has the engine's descriptors, and the container may have made a link of it.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task AWorkingDirectoryIsNoLinkToAFolderOfTheEngine()
    {
        // One of the engine's own is a folder for sure.
        using var folder = new SafeFileHandle(Libc.open(pod.Folder, Libc.O_CLOEXEC), ownsHandle: true);
        var number = (int)folder.DangerousGetHandle();
        var links = pod.NewFolder("working");
        File.SetUnixFileMode(links, (UnixFileMode)0b111_111_111);
        var output = new TestPod.Output();
        var container = await pod.StartAsync("for i in $(seq 0 400); do ln -s /proc/self/fd/$i /w/$i; done; ln -s /proc/1/root /w/root; ln -s /tmp /w/inside; echo up; sleep 1000", output,
            spec => spec with { Mounts = [new(links, "/w", ReadOnly: false)] });
        await output.SeenAsync("up");

        Assert.IsLessThan(400, number);
        foreach (var link in Enumerable.Range(0, 201).Append(number).Select(n => $"{n}").Append("root"))
        {
            using var seen = new MemoryStream();
            var spec = new ExecSpec { Arguments = ["readlink", "/proc/self/cwd"], WorkingDirectory = $"/w/{link}", Output = seen };
            var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(
                () => container.ExecAsync(spec, CancellationToken.None), $"/w/{link} led to {Encoding.UTF8.GetString(seen.ToArray())}");
            Assert.AreEqual(StartFailure.WorkingDirectory, exception.Failure);
        }
        using var inside = new MemoryStream();
        await container.ExecAsync(new() { Arguments = ["readlink", "/proc/self/cwd"], WorkingDirectory = "/w/inside", Output = inside }, CancellationToken.None);
        container.Signal(9);

        Assert.AreEqual("/tmp\n", Encoding.UTF8.GetString(inside.ToArray()));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AnInterpreterIsNoFileOfTheEngine()
    {
        var outside = pod.NewFolder("outside");
        new CallProgram().Write(Path.Combine(outside, "program"));
        using var folder = new SafeFileHandle(Libc.open(outside, Libc.O_CLOEXEC), ownsHandle: true);
        var script = Path.Combine(pod.Layer, "bin", "interpreted");
        File.WriteAllText(script, $"#!/proc/self/fd/{folder.DangerousGetHandle()}/program\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);

        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => pod.RunAsync(["/bin/interpreted"]));

        Assert.AreEqual(StartFailure.NotFound, exception.Failure);
    }

    /// <summary>The kernel opens the interpreter for the child that is still of the engine; a link on the way leads to the same.</summary>
    [TestMethod]
    [Timeout(60_000)]
    [DataRow("/proc/self/exe")]
    [DataRow("/bin/linked")]
    public async Task AnInterpreterIsNotTheEnginesProgram(string interpreter)
    {
        File.Delete(Path.Combine(pod.Layer, "bin", "linked"));
        File.CreateSymbolicLink(Path.Combine(pod.Layer, "bin", "linked"), "/proc/self/exe");
        var script = Path.Combine(pod.Layer, "bin", "script");
        File.WriteAllText(script, $"#!{interpreter}\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);

        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => pod.RunAsync(["/bin/script"]));

        Assert.AreEqual(StartFailure.PermissionDenied, exception.Failure);
    }

    /// <summary>A container that runs changes what a link names, again and again, while commands are started by it.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task ALinkThatIsSwappedDuringAStartIsNotTheEnginesProgram()
    {
        var output = new TestPod.Output();
        var container = await pod.StartAsync("echo up; while true; do ln -sfn /bin/busybox /tmp/echo; ln -sfn /proc/self/exe /tmp/echo; done", output);
        await output.SeenAsync("up");

        var (ran, refused) = (0, 0);
        for (var tries = 0; tries < 200; tries++)
        {
            using var said = new MemoryStream();
            try
            {
                await container.ExecAsync(new() { Arguments = ["/tmp/echo", "echoed"], Output = said, Error = said }, CancellationToken.None);
                Assert.AreEqual("echoed\n", Encoding.UTF8.GetString(said.ToArray()));
                ran++;
            }
            catch (ContainerStartException exception)
            {
                Assert.AreNotEqual(StartFailure.Other, exception.Failure, exception.Message);
                refused++;
            }
        }
        container.Signal(9);

        Assert.IsTrue(ran > 0 && refused > 0, $"ran {ran}, refused {refused}: nothing was swapped");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ProcessesOfTheMachineAreNotThere()
    {
        var run = await pod.RunAsync("ps; ls -d /proc/[0-9]*; kill -9 -1; exit 7");

        Assert.AreEqual(7, run.Exit.ExitCode);
        Assert.IsFalse(run.Output.Contains("dotnet", StringComparison.Ordinal) || run.Output.Contains($"/proc/{Environment.ProcessId}\n", StringComparison.Ordinal), run.Output);
    }

    internal static void NeedRoot()
    {
        if (ContainerMachine.Current.InUserNamespace)
            Assert.Inconclusive("skipped: this needs root of the machine");
    }

    internal static async Task<int> BusyboxAsync(params string[] arguments)
    {
        using var process = Process.Start("/bin/busybox", arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
