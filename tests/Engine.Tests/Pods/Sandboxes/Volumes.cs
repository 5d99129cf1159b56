using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>Files and folders of the engine's appear where they were asked for, and nowhere outside of the container.</summary>
[TestClass]
public sealed class Volumes : PodTests
{
    private string volume = null!;

    [TestInitialize]
    public void Start()
    {
        volume = pod.NewFolder("volume");
        File.WriteAllText(Path.Combine(volume, "file"), "content\n");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AFolderIsSharedBothWays()
    {
        var run = await RunAsync("cat /a/b/file; echo new > /a/b/new", new ContainerMount(volume, "/a/b", ReadOnly: false));

        Assert.AreEqual("content\n", run.Output, run.Error);
        Assert.AreEqual("new\n", File.ReadAllText(Path.Combine(volume, "new")));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AFileStandsForAFile()
    {
        var run = await RunAsync("cat /etc/hosts /opt/app/file", new(Path.Combine(volume, "file"), "/etc/hosts", ReadOnly: true), new(Path.Combine(volume, "file"), "/opt/app/file", ReadOnly: true));

        Assert.AreEqual("content\ncontent\n", run.Output, run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ReadOnlyIsReadOnly()
    {
        var run = await RunAsync("touch /v/x; echo x > /v/file; mount -o remount,rw,bind /v; touch /v/x", new ContainerMount(volume, "/v", ReadOnly: true));

        Assert.AreEqual(1, run.Exit.ExitCode);
        CollectionAssert.AreEqual(new[] { Path.Combine(volume, "file") }, Directory.GetFileSystemEntries(volume));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task OneInsideAnotherIsSeenWhateverTheirOrder()
    {
        var inner = pod.NewFolder("inner");
        File.WriteAllText(Path.Combine(inner, "deep"), "deep\n");

        var run = await RunAsync("cat /v/in/deep /v/file", new(inner, "/v/in", ReadOnly: true), new(volume, "/v", ReadOnly: false));

        Assert.AreEqual("deep\ncontent\n", run.Output, run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("/etc/x", "../../../../../../../../outside")]
    [DataRow("/etc/x", "/outside")]
    [DataRow("/etc/x", "../dangling/deeper")]
    public async Task ALinkOfTheImageLeadsNowhereButInside(string target, string link)
    {
        Directory.CreateDirectory(Path.Combine(pod.Layer, "etc"));
        File.CreateSymbolicLink(Path.Combine(pod.Layer, "etc", "x"), link);

        var run = await RunAsync($"cat {target}/sub/file; readlink /etc/x", new ContainerMount(volume, $"{target}/sub", ReadOnly: true));

        Assert.AreEqual($"content\n{link}\n", run.Output, run.Error);
        Assert.IsFalse(Path.Exists("/outside") || Path.Exists("/dangling"));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task DotsLeadNowhereButInside()
    {
        var run = await RunAsync("cat /b/file", new ContainerMount(volume, "/a/../../../b", ReadOnly: true));

        Assert.AreEqual("content\n", run.Output, run.Error);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AnImageWhoseProcIsALinkIsRefused()
    {
        File.CreateSymbolicLink(Path.Combine(pod.Layer, "proc"), "/tmp");

        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => RunAsync("true"));

        StringAssert.Contains(exception.Message, "/proc of the image");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AMissingSourceIsNamed()
    {
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => RunAsync("true", new ContainerMount($"{volume}/absent", "/v", ReadOnly: true)));

        Assert.AreEqual(StartFailure.Mount, exception.Failure);
        StringAssert.Contains(exception.Message, "/absent");
    }

    private Task<TestPod.Run> RunAsync(string script, params ContainerMount[] mounts) => pod.RunAsync(script, spec => spec with { Mounts = mounts });
}
