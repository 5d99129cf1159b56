using System.Text;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

/// <summary>A command in a running container is as one of its own processes.</summary>
[TestClass]
public sealed class Commands : PodTests
{
    private ContainerProcess container = null!;

    [TestInitialize]
    public async Task Start()
    {
        var output = new TestPod.Output();
        container = await pod.StartAsync("echo mark > /tmp/mark; echo up; sleep 1000", output,
            spec => spec with { UserId = 7, GroupId = 8, WorkingDirectory = "/tmp", Environment = ["PATH=/bin", "A=1"] });
        await output.SeenAsync("up");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItSharesAllThatTheContainerIs()
    {
        TestPod.NeedUsers();
        var (code, output, error) = await RunAsync("cat mark; id -u; id -g; echo $A; hostname; test -d /proc/1 && echo $$; grep CapBnd /proc/self/status; exit 5");

        Assert.AreEqual((5, ""), (code, error));
        StringAssert.Matches(output, new("^mark\n7\n8\n1\nthe-pod\n[0-9]+\nCapBnd:\t00000000a80405fb\n$"));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItReadsItsInputToTheEnd()
    {
        var input = new byte[1 << 20];
        using var output = new MemoryStream();

        var code = await container.ExecAsync(new() { Arguments = ["cat"], Input = new MemoryStream(input), Output = output }, CancellationToken.None);

        Assert.AreEqual((0, input.Length), (code, (int)output.Length));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItNeedNotReadItsInput()
    {
        var code = await container.ExecAsync(new() { Arguments = ["true"], Input = new MemoryStream(new byte[1 << 20]) }, CancellationToken.None);

        Assert.AreEqual(0, code);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task WhatItLeavesInTheBackgroundDoesNotHoldItUp()
    {
        var (code, output, _) = await RunAsync("sleep 1000 & echo done");

        Assert.AreEqual((0, "done\n"), (code, output));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItsOwnVariablesStandInsteadOfTheContainers()
    {
        using var output = new MemoryStream();

        await container.ExecAsync(new() { Arguments = ["env"], Environment = ["A=2", "B=3"], Output = output }, CancellationToken.None);

        Assert.AreEqual("PATH=/bin\nA=2\nB=3\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItIsKilledWhenCancelled()
    {
        using var cancel = new CancellationTokenSource();
        var output = new CancellingStream(cancel);

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => container.ExecAsync(new() { Arguments = ["sh", "-c", "echo up; exec sleep 987"], Output = output }, cancel.Token));

        var (_, processes, _) = await RunAsync("ps");
        Assert.IsFalse(processes.Contains("987", StringComparison.Ordinal), processes);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task ItIsKilledWithTheContainer()
    {
        // Not what the container itself runs.
        var code = container.ExecAsync(new() { Arguments = ["sleep", "2000"] }, CancellationToken.None);
        while (!(await RunAsync("ps")).Output.Contains("sleep 2000\n", StringComparison.Ordinal) && !code.IsCompleted)
            await Task.Yield();

        container.Signal(9);

        Assert.AreEqual(137, (await container.Exit).ExitCode);
        Assert.AreEqual(137, await code);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task AMissingOneIsAnErrorOfItsOwn()
    {
        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => container.ExecAsync(new() { Arguments = ["absent"] }, CancellationToken.None));

        Assert.AreEqual((StartFailure.NotFound, "unable to start container process: exec: \"absent\": executable file not found in $PATH"), (exception.Failure, exception.Message));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task NoneRunsWhenTheContainerHasEnded()
    {
        container.Signal(9);
        await container.Exit;

        var exception = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => container.ExecAsync(new() { Arguments = ["true"] }, CancellationToken.None));

        Assert.AreEqual(StartFailure.NotRunning, exception.Failure);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string script)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var code = await container.ExecAsync(new() { Arguments = ["sh", "-c", script], Output = output, Error = error }, CancellationToken.None);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    private sealed class CancellingStream(CancellationTokenSource cancel) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancel.Cancel();
            return ValueTask.CompletedTask;
        }
    }
}
