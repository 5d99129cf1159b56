using Kontrakt.Tests;

namespace Engine.Tests.Kubectl;

/// <summary>kubectl shows what pods use, and scales by it.</summary>
[TestClass]
public sealed class TopCommands
{
    private const string Busy = """
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {terminationGracePeriodSeconds: 0,
          containers: [{name: busy, image: IMAGE, command: [sh, -c, 'while :; do :; done'], resources: {requests: {cpu: 50m}, limits: {cpu: 100m}}}, {name: idle, image: IMAGE, command: [sleep, '1000'], resources: {requests: {cpu: 50m}}}]}}}}
        """;

    private const string Autoscaler = """
        {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 2,
          metrics: [{type: ContainerResource, containerResource: {name: cpu, container: busy, target: {type: Utilization, averageUtilization: 50}}}]}}
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task ShowWhatIsUsedAndWhatComesOfIt()
    {
        EverydayCommands.RequireKubectl();
        var image = await TestImage.BusyboxAsync();
        await using var engine = await TestEngine.StartAsync();
        var kubectl = new KubectlRunner(engine.KubeConfig, "top", image);
        foreach (var step in new Step[] { new("create namespace NS"), new("apply -f -", Input: Busy), new("apply -f -", Input: Autoscaler), new("rollout status deployment/web --timeout=60s") })
            Assert.AreEqual(0, (await kubectl.RunAsync(step)).ExitCode);

        var pods = await UntilAsync(kubectl, "top pods -l app=web", output => output.Contains("web-", StringComparison.Ordinal));
        var containers = await UntilAsync(kubectl, "top pods --containers", output => output.Contains(" busy ", StringComparison.Ordinal));
        var nodes = await UntilAsync(kubectl, "top nodes", output => output.Contains('%', StringComparison.Ordinal));
        var scaled = await UntilAsync(kubectl, "get hpa web", output => output.Contains("%/50% 1 2 2 ", StringComparison.Ordinal));

        StringAssert.Matches(pods, new(@"web-\S+ [1-9]\d*m \d+Mi"), pods);
        StringAssert.Matches(containers, new(@"web-\S+ idle 0m "), containers);
        StringAssert.Matches(containers, new(@"web-\S+ busy [1-9]\d*m "), containers);
        StringAssert.Matches(nodes, new(@"kontrakt \d+m \d+% \d+Mi \d+%"), nodes);
        StringAssert.Matches(scaled, new(@"web Deployment/web cpu: \d+%/50% 1 2 2 "), scaled);
    }

    /// <summary>The output, once it is what the test waits for: what is used is known a moment after a container starts.</summary>
    private async Task<string> UntilAsync(KubectlRunner kubectl, string command, Func<string, bool> awaited)
    {
        using var tries = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (; ; )
        {
            var outcome = await kubectl.RunAsync(new(command));
            var output = string.Join(' ', outcome.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) + " ";
            if (outcome.ExitCode == 0 && awaited(output))
                return output;
            TestContext.WriteLine($"{command}: {output}");
            await tries.WaitForNextTickAsync(TestContext.CancellationToken);
        }
    }
}
