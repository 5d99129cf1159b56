namespace Kontrakt.Tests.Judging;

/// <summary>Assertions, on a real cluster.</summary>
[TestClass]
public sealed class VerdictsOnAssertions
{
    [TestMethod]
    [Timeout(300_000)]
    public async Task EventsCanBeAssertedToo()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings,
            ("good.yaml", VerdictsOnPods.Passing),
            ("started.assert.yaml", """
                apiVersion: v1
                kind: Event
                reason: Started
                involvedObject: {kind: Pod, name: good}
                """),
            ("none-started.error.yaml", """
                apiVersion: v1
                kind: Event
                reason: Started
                """));

        Assert.AreSequenceEqual(["none-started.error.yaml(1) KTR4010"], run.Failures, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AGreenKontraktHasItsAssertionsAndLogs()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings,
            ("good.yaml", VerdictsOnPods.Passing),
            ("server.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: server}
                spec:
                  selector: {matchLabels: {app: server}}
                  template:
                    metadata: {labels: {app: server}}
                    spec: {terminationGracePeriodSeconds: 0, containers: [{name: web, image: BUSYBOX, command: [sleep, "600"], ports: [{name: http, containerPort: 80, protocol: TCP}]}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: server}
                spec: {selector: {app: server}, ports: [{port: 80, protocol: TCP}]}
                """),
            ("server.assert.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: server}
                status:
                  availableReplicas: !cel self > 0 && self == object.spec.replicas
                  conditions: !cel self.exists_one(c, c.type == "Available" && c.status == "True")
                """),
            ("none.error.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: !cel self.startsWith("server-")}
                status: {phase: !cel 'self in ["Failed", "Unknown"]'}
                """));

        Assert.IsTrue(run.Verdict.Passed, run.All);
        Assert.AreEqual("fine\n", await File.ReadAllTextAsync(Path.Combine(run.LogDirectory, "logs", "good", "main.log")));
        StringAssert.Contains(run.Log.Text, "TestEnded");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AnAssertionThatDoesNotHoldShowsExpectedAndActual()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings with { Timeout = TimeSpan.FromSeconds(20) },
            ("good.yaml", VerdictsOnPods.Passing),
            ("settings.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {colour: blue}
                """),
            ("settings.assert.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data:
                  colour: red
                """),
            ("settings.error.yaml", """
                apiVersion: v1
                kind: ConfigMap
                data: {colour: blue}
                """),
            ("typo.assert.yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: goood}
                """));

        Assert.AreSequenceEqual(["settings.assert.yaml(5) KTR4009", "settings.error.yaml(1) KTR4010", "typo.assert.yaml(1) KTR4009"], run.Failures.Order(StringComparer.Ordinal), run.All);
        StringAssert.Contains(run.All, "data.colour: expected \"red\", actual \"blue\"");
        StringAssert.Contains(run.All, "there are: pod/good");
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AnAssertionOnAnUnknownKindSaysSo()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("good.yaml", VerdictsOnPods.Passing), ("thing.assert.yaml", """
            apiVersion: things.example.com/v1
            kind: Thing
            metadata: {name: x}
            """));

        Assert.AreSequenceEqual(["thing.assert.yaml(2) KTR3007"], run.Failures, run.All);
    }
}
