namespace Engine.Tests.Pods.Sandboxes;

/// <summary>Tests that each have a pod of their own.</summary>
public abstract class PodTests
{
    private protected TestPod pod = null!;

    [TestInitialize]
    public async Task StartPod() => pod = await TestPod.CreateAsync();

    [TestCleanup]
    public async Task StopPod()
    {
        if (pod is not null)
            await pod.DisposeAsync();
    }
}
