using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>A process of a container may stop or kill commands that are about to start there. Only this container's commands have to wait then, or end.</summary>
[TestClass]
public sealed class StoppedCommands : PodTests
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task DoNotHoldUpTheStartsOfOthers()
    {
        var output = new TestPod.Output();
        var container = await pod.StartAsync("echo up; while true; do kill -STOP -1; done", output);
        await output.SeenAsync("up");
        var commands = Enumerable.Range(0, 40).Select(_ => Task.Run(() => EndAsync(container))).ToList();
        await using var other = await TestPod.CreateAsync();

        for (var i = 0; i < 20; i++)
            Assert.AreEqual(0, (await other.RunAsync("true")).Exit.ExitCode);
        var running = await other.StartAsync("sleep 1000", new());
        Assert.AreEqual(0, await running.ExecAsync(new() { Arguments = ["true"] }, CancellationToken.None));

        Assert.IsFalse(commands.TrueForAll(command => command.IsCompleted), "nothing was stopped, so nothing was tried");
        container.Signal(Libc.SIGKILL);
        await Task.WhenAll(commands);
    }

    /// <summary>At each moment of their start. The kernel ends a container only when somebody has asked how each process of it ended.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task ThatAreKilledDoNotKeepTheirContainerFromItsEnd()
    {
        for (var i = 0; i < 60; i++)
        {
            var output = new TestPod.Output();
            var container = await pod.StartAsync("echo up; sleep 1000", output);
            await output.SeenAsync("up");
            var commands = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (!container.Exit.IsCompleted)
                    await EndAsync(container);
            })).ToList();
            await EndAsync(container);
            Thread.SpinWait(i * 20_000);
            container.Signal(Libc.SIGKILL);

            Assert.AreEqual(137, (await container.Exit).ExitCode);
            await Task.WhenAll(commands);
        }
    }

    private static async Task EndAsync(ContainerProcess container)
    {
        try
        {
            await container.ExecAsync(new() { Arguments = ["true"] }, CancellationToken.None);
        }
        catch (ContainerStartException)
        {
            // It was killed with its container, or too late for it.
        }
    }
}
