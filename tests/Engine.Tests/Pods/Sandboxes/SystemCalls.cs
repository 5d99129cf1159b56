using Kontrakt.Engine.Pods.Native;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>Ways from a container to the machine, or to other pods, that begin with a system call: tried by root of the container.</summary>
[TestClass]
public sealed class SystemCalls : PodTests
{
    private const int Here = -100;
    private const int UserKeyring = -4;
    private const long NewUsers = 0x10000000;
    private const long NewCgroups = 0x2000000;
    private const long NewMounts = 0x20000;
    private static readonly byte[] Space = new byte[256];
    private static readonly byte[] Handle = [128, 0, 0, 0, .. new byte[132]];

    private static readonly Dictionary<string, CallProgram> Refused = new()
    {
        ["a key is added for the user"] = Make(248, 217, "user", "name", "value", 5, UserKeyring),
        ["the user's keys are found"] = Make(250, 219, 0, UserKeyring, 1),
        ["a key is asked for"] = Make(249, 218, "user", "name", 0, UserKeyring),
        ["a file is opened by its number"] = Make(257, 56, Here, "/dev/shm", 0).Call(N(303, 264), Here, "/dev/shm", Handle, Space, 0).Call(N(304, 265), 3, Handle, 0),
        ["a file system is mounted"] = Make(165, 40, "none", "/tmp", "tmpfs", 0, 0),
        ["a folder is mounted"] = Make(165, 40, "/", "/tmp", 0, 0x1000, 0),
        ["a mount is changed"] = Make(165, 40, 0, "/proc/sys", 0, 0x1020, 0),
        ["a mount is taken away"] = Make(166, 39, "/proc/sys", 2),
        ["the root is changed"] = Make(155, 41, "/", "/tmp"),
        ["a mount is copied"] = Make(428, 428, Here, "/", 1),
        ["a mount is moved"] = Make(429, 429, Here, "/", Here, "/tmp", 0),
        ["a file system is opened"] = Make(430, 430, "tmpfs", 0),
        ["a mount gets other rights"] = Make(442, 442, Here, "/", 0, Space, 32),
        ["a user namespace is made"] = Make(272, 97, NewUsers),
        ["user and cgroup namespaces are made"] = Make(272, 97, NewUsers | NewCgroups),
        ["a mount namespace is made"] = Make(272, 97, NewMounts),
        ["a process starts in a user namespace"] = Make(56, 220, NewUsers | 17, 0, 0, 0, 0),
        ["a namespace is entered"] = Make(257, 56, Here, "/proc/self/ns/net", 0).Call(N(308, 268), 3, 0),
        ["a program is given to the kernel"] = Make(321, 280, 0, Space, 72),
        ["the kernel's events are counted"] = Make(298, 241, Space, 0, -1, -1, 0),
        ["page faults are served"] = Make(323, 282, 1),
        ["a ring of calls is set up"] = Make(425, 425, 1, Space),
        ["a module is loaded"] = Make(175, 105, Space, 256, ""),
        ["a module is loaded from a file"] = Make(313, 273, 0, "", 0),
        ["a module is unloaded"] = Make(176, 106, "none", 0),
        ["another kernel is loaded"] = Make(246, 104, 0, 0, 0, 0),
        ["the kernel's log is read"] = Make(103, 116, 3, Space, 256),
        ["the clock is set"] = Make(227, 112, 0, Space),
        ["the host name is changed"] = Make(170, 161, "other", 5),
        ["swap is taken away"] = Make(168, 225, "/none"),
        ["processes are accounted"] = Make(163, 89, 0),
        ["all file accesses are watched"] = Make(300, 262, 0, 0),
        ["memory of others is moved"] = Make(279, 239, 0, 0, 0, 0, 0, 0),
        ["another kind of system is asked for"] = Make(135, 92, 0x0400000),
        ["a block device is made"] = Make(259, 33, Here, "/tmp/disk", 0x6180, 0xfe00),
        ["a character device is made"] = Make(259, 33, Here, "/tmp/memory", 0x2180, 0x101),
        ["raw packets are sent"] = Make(41, 198, 2, 3, 1),
        ["raw IPv6 packets are sent"] = Make(41, 198, 10, 3, 58),
    };

    private static readonly Dictionary<string, (CallProgram Program, int Errno)> Absent = new()
    {
        ["the machine under a virtual one is called"] = (Make(41, 198, 40, 1, 0), Errno.EAFNOSUPPORT),
        ["packets of the link are sent: ARP"] = (Make(41, 198, 17, 3, 0x0608), Errno.EAFNOSUPPORT),
        ["the kernel's cryptography is used"] = (Make(41, 198, 38, 5, 0), Errno.EAFNOSUPPORT),
        ["a pair of the link's sockets is made"] = (Make(53, 199, 17, 3, 0, Space), Errno.EAFNOSUPPORT),
        ["a rare protocol is spoken: MPTCP"] = (Make(41, 198, 10, 1, 262), Errno.EPROTONOSUPPORT),
        ["a rare protocol is spoken: UDP-Lite"] = (Make(41, 198, 2, 2, 136), Errno.EPROTONOSUPPORT),
        ["a process is started by flags in memory"] = (Make(435, 435, Space, 64), Errno.ENOSYS),
        ["a call is made that did not exist when the filter was written"] = (Make(500, 500), Errno.ENOSYS),
        ["a process of the machine is traced"] = (Make(101, 117, 16, Environment.ProcessId, 0, 0), Errno.ESRCH),
        ["a process of the machine is killed"] = (Make(62, 129, Environment.ProcessId, 0), Errno.ESRCH),
    };

    private static readonly Dictionary<string, CallProgram> Allowed = new()
    {
        ["it asks for its number"] = Make(39, 172),
        ["a thread leaves the files and the folder of the others"] = Make(272, 97, 0x600),
        ["it asks what kind of system this is"] = Make(135, 92, 0xffffffff),
        ["it opens sockets"] = Make(41, 198, 1, 1, 0).Call(N(41, 198), 2, 1, 0).Call(N(41, 198), 10, 2, 0).Call(N(41, 198), 16, 3, 0),
        ["it names the protocols of its sockets"] = Make(41, 198, 2, 1, 6).Call(N(41, 198), 10, 1, 6).Call(N(41, 198), 2, 2, 17).Call(N(41, 198), 10, 2, 17),
        ["it opens a pair of sockets"] = Make(53, 199, 1, 1, 0, Space),
        ["it sends packets"] = Make(41, 198, 2, 2, 0).Call(N(44, 206), 3, "x", 1, 0, Endpoint(127, 0, 0, 1), 16),
        ["it pings"] = Make(41, 198, 2, 2, 1),
        ["it changes its root"] = Make(161, 51, "/tmp"),
    };

    public static IEnumerable<object[]> RefusedNames => Refused.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> AbsentNames => Absent.Keys.Select(name => new object[] { name });

    public static IEnumerable<object[]> AllowedNames => Allowed.Keys.Select(name => new object[] { name });

    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(RefusedNames))]
    public async Task ItIsRefused(string name) => Assert.AreEqual(Errno.EPERM, await RunAsync(Refused[name]));

    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(AbsentNames))]
    public async Task ThereIsNothingToReach(string name) => Assert.AreEqual(Absent[name].Errno, await RunAsync(Absent[name].Program));

    [TestMethod]
    [Timeout(60_000)]
    [DynamicData(nameof(AllowedNames))]
    public async Task WhatProgramsNeedWorks(string name) => Assert.AreEqual(0, await RunAsync(Allowed[name]));

    /// <summary>The filter goes by numbers, which are others there.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task CallsOf32BitProgramsEndThem()
    {
        if (!CallProgram.IsX64)
            Assert.Inconclusive("skipped: this machine is no x64");
        CallProgram.Write32BitCall(Path.Combine(pod.Layer, "bin", "call32"));

        Assert.AreEqual(31, (await pod.RunAsync(["/bin/call32"])).Exit.Signal);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task CallsByTheNumbersOfX32AreAbsent()
    {
        if (!CallProgram.IsX64)
            Assert.Inconclusive("skipped: this machine is no x64");

        Assert.AreEqual(Errno.ENOSYS, await RunAsync(Make(0x40000000 + 250, 0, 0, UserKeyring, 1)));
    }

    /// <summary>IP_FREEBIND takes an address that is not the pod's, without any right; nothing leaves with it.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task NothingIsSentFromTheAddressOfTheNode() => Assert.AreNotEqual(0, await RunAsync(
        Make(41, 198, 2, 2, 0).Call(N(54, 208), 3, 0, 15, new byte[] { 1, 0, 0, 0 }, 4).Call(N(49, 200), 3, Endpoint(10, 244, 0, 1), 16).Call(N(44, 206), 3, "x", 1, 0, Endpoint(127, 0, 0, 1), 16)));

    /// <summary>A command in a container that runs is no way around.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task CommandsAreFilteredToo()
    {
        Refused["the user's keys are found"].Write(Path.Combine(pod.Layer, "bin", "keys"));
        var container = await pod.StartAsync("sleep 1000", new());

        var code = await container.ExecAsync(new() { Arguments = ["/bin/keys"] }, CancellationToken.None);
        container.Signal(9);

        Assert.AreEqual(Errno.EPERM, code);
    }

    /// <summary>struct sockaddr_in</summary>
    private static byte[] Endpoint(byte a, byte b, byte c, byte d) => [2, 0, 0x30, 0x39, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0];

    private static long N(long x64, long arm64) => CallProgram.IsX64 ? x64 : arm64;

    private static CallProgram Make(long x64, long arm64, params object[] arguments) => new CallProgram().Call(N(x64, arm64), arguments);

    private async Task<int> RunAsync(CallProgram program)
    {
        var name = $"call-{Guid.NewGuid():N}";
        program.Write(Path.Combine(pod.Layer, "bin", name));
        return (await pod.RunAsync([$"/bin/{name}"])).Exit.ExitCode;
    }
}
