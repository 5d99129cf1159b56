using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>On an engine of the machine's root, the users of pods are nobody on the machine; what they see and make is theirs all the same.</summary>
[TestClass]
public sealed class UsersOfPods : PodTests
{
    private void Need()
    {
        WaysOut.NeedRoot();
        if (PodUsers.For(pod.Folder).Restriction is { } restriction)
            Assert.Inconclusive($"skipped: {restriction}");
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow(0u)]
    [DataRow(1654u)]
    [DataRow(1000620000u)]
    public async Task TheyAreNobodyOnTheMachine(uint user)
    {
        Need();
        var output = new TestPod.Output();
        var container = await pod.StartAsync("id -u; id -g; echo up; sleep 1000", output, spec => spec with { UserId = user, GroupId = user, SupplementaryGroups = [77] });
        await output.SeenAsync("up");

        var status = File.ReadAllLines($"/proc/{container.Pid}/status");
        container.Signal(9);

        var outside = PodUsers.Elsewhere + user;
        Assert.AreEqual($"{user}\n{user}\nup\n", output.Text);
        CollectionAssert.IsSubsetOf(new[] { $"Uid:\t{outside}\t{outside}\t{outside}\t{outside}", $"Gid:\t{outside}\t{outside}\t{outside}\t{outside}", $"Groups:\t{PodUsers.Elsewhere + 77} " }, status);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task FilesOfImagesAndVolumesAreRoots()
    {
        Need();
        var volume = pod.NewFolder("owned");
        var secret = Path.Combine(volume, "secret");
        File.WriteAllText(secret, "for root\n");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);

        var run = await pod.RunAsync("stat -c %u:%g / /bin/busybox /tmp /v /v/secret /dev /dev/shm /made; cat /v/secret; touch /v/new /bin/new /made/new /dev/new && chown 1654:77 /v/new && stat -c %u:%g /v/new",
            spec => spec with { Mounts = [new(volume, "/v", ReadOnly: false)], WorkingDirectory = "/made" });

        Assert.AreEqual(string.Concat(Enumerable.Repeat("0:0\n", 8)) + "for root\n1654:77\n", run.Output, run.Error);
    }

    /// <summary>The kernel reads the marks of layers through mounts that show other ids.</summary>
    [TestMethod]
    [Timeout(60_000)]
    public async Task WhatALayerHidesStaysHidden()
    {
        var lower = Path.Combine(pod.NewFolder("lower"), "etc");
        var upper = Path.Combine(pod.NewFolder("upper"), "etc");
        foreach (var folder in (string[])[lower, upper])
            Directory.CreateDirectory(Path.Combine(folder, "opaque"));
        foreach (var file in (string[])["hidden", "kept", "opaque/hidden"])
            File.WriteAllText(Path.Combine(lower, file), "below");
        using (var opaque = FolderTree.Open(Path.Combine(upper, "opaque")))
            OverlayMarks.OfThisProcess.MakeOpaque(opaque, "opaque");
        Assert.AreEqual(0, await WaysOut.BusyboxAsync("mknod", Path.Combine(upper, "hidden"), "c", "0", "0"));

        var run = await pod.RunAsync("find /etc -type f; rm -r /etc/kept /etc/opaque && ls /etc", spec => spec with { Layers = [Path.GetDirectoryName(lower) ?? "", .. spec.Layers, Path.GetDirectoryName(upper) ?? ""] });

        Assert.AreEqual("/etc/kept\n", run.Output, run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task TheirRightsEndAtTheirOwnNamespace()
    {
        if (PodUsers.For(pod.Folder).Restriction is { } restriction && restriction.Contains("no user namespace", StringComparison.Ordinal))
            Assert.Inconclusive($"skipped: {restriction}");

        var run = await pod.RunAsync("readlink /proc/self/ns/user");

        Assert.AreNotEqual(new FileInfo("/proc/self/ns/user").LinkTarget, run.Output.Trim());
        StringAssert.StartsWith(run.Output, "user:[");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AUserBeyondThemIsRefused()
    {
        Need();
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => pod.RunAsync(["true"], spec => spec with { UserId = 2_000_000_000 }));

        Assert.AreEqual("user 2000000000 or group 0 is beyond those that containers have (0 to 1073741823)", exception.Message);
    }
}
