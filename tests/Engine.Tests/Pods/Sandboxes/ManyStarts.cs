using System.Diagnostics;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>Starting containers over and over, and at once, leaves nothing behind.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ManyStarts
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000)]
    public async Task HundredInARowAndTwentyAtOnceLeaveNoDescriptorThreadOrMount()
    {
        await using var pod = await TestPod.CreateAsync();
        await pod.RunAsync(["true"]);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pod.RunAsync(["true"])));
        var before = Held();

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
            Assert.AreEqual(0, (await pod.RunAsync(["true"])).Exit.ExitCode);
        TestContext.WriteLine($"one after the other: {clock.Elapsed.TotalMilliseconds / 100:0.0} ms each");
        clock.Restart();
        var runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => pod.RunAsync($"echo {i}; exit {i}")));
        TestContext.WriteLine($"20 at once: {clock.Elapsed.TotalMilliseconds:0} ms");

        CollectionAssert.AreEqual(Enumerable.Range(0, 20).Select(i => $"{i} {i}\n").ToArray(), runs.Select(run => $"{run.Exit.ExitCode} {run.Output}").ToArray());
        var after = Held();
        Assert.IsLessThan(before.Descriptors + 20, after.Descriptors);
        Assert.IsLessThan(before.Threads + 20, after.Threads);
        Assert.IsFalse(File.ReadAllText("/proc/self/mounts").Contains(pod.Folder, StringComparison.Ordinal));
        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(pod.Folder, "pod", "containers")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AnImageMayHave64LayersAndOneOfThemTwice()
    {
        await using var pod = await TestPod.CreateAsync();
        var layers = Enumerable.Range(0, 64).Select(i => pod.NewFolder($"a-layer-with-a-rather-long-name-as-digests-have-{i}")).ToList();
        for (var i = 0; i < layers.Count; i++)
        {
            File.WriteAllText(Path.Combine(layers[i], "top"), $"{i}\n");
            File.WriteAllText(Path.Combine(layers[i], $"only-{i}"), "");
        }

        var run = await pod.RunAsync("cat /top; ls -d /only-* | wc -l", spec => spec with { Layers = [pod.Layer, .. layers, layers[3]] });

        Assert.AreEqual("3\n64\n", run.Output, run.Error);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task FoldersDeeperThanAnyPathAreDeleted()
    {
        await using var pod = await TestPod.CreateAsync();

        var run = await pod.RunAsync("cd /tmp; i=0; while [ $i -lt 1000 ]; do mkdir deeperanddeeper && cd -P deeperanddeeper 2>/dev/null || cd deeperanddeeper; i=$((i+1)); done; ln -s / root; echo made");

        Assert.AreEqual("made\n", run.Output, run.Error);
        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(pod.Folder, "pod", "containers")));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task DisposingTheSandboxEndsWhatRunsAndWhatStarts()
    {
        var pod = await TestPod.CreateAsync();
        var output = new TestPod.Output();
        var running = await pod.StartAsync("echo up; sleep 1000", output);
        await output.SeenAsync("up");
        var starting = Enumerable.Range(0, 8).Select(_ => pod.StartAsync("sleep 1000", new())).ToArray();

        await pod.DisposeAsync();

        Assert.AreEqual(9, (await running.Exit).Signal);
        foreach (var start in starting)
            Assert.IsTrue(start.IsCanceled || (await start).Exit.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pod.StartAsync("true", new()));
    }

    private static (int Descriptors, int Threads) Held() =>
        (Directory.GetFileSystemEntries("/proc/self/fd").Length, Process.GetCurrentProcess().Threads.Count);
}
