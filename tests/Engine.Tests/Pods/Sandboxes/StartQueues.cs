using Kontrakt.Engine.Pods.Native;
using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Sandboxes;

[TestClass]
public sealed class StartQueues
{
    [TestMethod]
    [Timeout(60_000)]
    public async Task AStartThatIsStoppedIsGivenUpAfterATime()
    {
        var queue = new StartQueue(1, TimeSpan.FromMilliseconds(50));

        var late = await Assert.ThrowsExactlyAsync<ContainerStartException>(() => queue.RunAsync(Stopped, CancellationToken.None));

        Assert.AreEqual("it did not start within 0.05 s; a process of the container may have stopped it", late.Message);
        Assert.AreEqual(5, await queue.RunAsync(_ => 5, CancellationToken.None));
    }

    private static int Stopped(CancellationToken cancelled)
    {
        cancelled.WaitHandle.WaitOne();
        throw new SystemCallException("go on starting a process", Errno.ESRCH, "it was killed");
    }
}
