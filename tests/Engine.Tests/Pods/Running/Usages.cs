using Kontrakt.Engine.Pods.Sandboxes;

namespace Engine.Tests.Pods.Running;

/// <summary>What a container uses is measured where the kernel counts it.</summary>
[TestClass]
public sealed class Usages
{
    [TestMethod]
    [Timeout(120_000)]
    public async Task AreThoseOfTheContainer()
    {
        if (ContainerMachine.Current.Restrictions.Any(restriction => restriction.Contains("limit", StringComparison.Ordinal)))
            Assert.Inconclusive("skipped: this machine has no cgroups for containers");
        await using var engine = await EngineFixture.StartAsync();
        var busy = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'dd if=/dev/zero of=/held/f bs=1M count=32 2>/dev/null; i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; sleep 1000'], volumeMounts: [{name: held, mountPath: /held}]}], volumes: [{name: held, emptyDir: {medium: Memory}}]}");
        var idle = engine.Create("{containers: [{name: main, image: IMAGE, command: [sleep, '1000']}]}");
        foreach (var pod in new[] { busy, idle })
            await engine.UntilAsync(pod, each => each.Text("status", "phase") == "Running");
        var (busyUid, idleUid) = (engine.Get(busy).Uid, engine.Get(idle).Uid);
        Assert.IsNull(engine.Usages.Measure(busyUid, "main"));
        Assert.IsNull(engine.Usages.Measure(idleUid, "main"));
        using var tries = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!(await engine.LogAsync(busy)).Contains("done", StringComparison.Ordinal))
            await tries.WaitForNextTickAsync();
        engine.UsageTime.Advance(TimeSpan.FromSeconds(10));

        var (used, rested) = (engine.Usages.Measure(busyUid, "main"), engine.Usages.Measure(idleUid, "main"));

        Assert.IsNotNull(used);
        Assert.IsNotNull(rested);
        Assert.IsGreaterThan(0.001m, used.Processors);
        Assert.IsGreaterThan(rested.Processors, used.Processors);
        Assert.IsGreaterThanOrEqualTo(32m * 1024 * 1024, used.Memory);
        Assert.IsLessThan(32m * 1024 * 1024, rested.Memory);
        Assert.IsNull(engine.Usages.Measure(busyUid, "other"));
        engine.Objects.Delete(busy, new(GracePeriodSeconds: 0));
        await engine.UntilGoneAsync(busy);
        // The object of a pod that is deleted by force goes before its processes.
        while (engine.Usages.Measure(busyUid, "main") is not null)
            await tries.WaitForNextTickAsync();
    }
}
