namespace Engine.Tests.Pods.Running;

/// <summary>Probes decide what is ready and what is restarted, and tell why in the kubelet's words.</summary>
[TestClass]
public sealed class Probing
{
    private const string Server = "command: [sh, -c, 'mkdir /w; echo yes > /w/good; exec httpd -f -p 8080 -h /w'], ports: [{name: web, containerPort: 8080}]";
    private static EngineFixture engine = null!;

    [ClassInitialize]
    public static async Task Start(TestContext _) => engine = await EngineFixture.StartAsync();

    [ClassCleanup]
    public static async Task Stop()
    {
        if (engine is not null)
            await engine.DisposeAsync();
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("httpGet: {path: /good, port: web}")]
    [DataRow("httpGet: {path: good, port: 8080, httpHeaders: [{name: Host, value: example.test}]}")]
    [DataRow("tcpSocket: {port: 8080}")]
    [DataRow("exec: {command: [test, -e, /w/good]}")]
    public async Task WhatAnswersBecomesReady(string probe)
    {
        var key = engine.Create($"{{containers: [{{name: main, image: IMAGE, {Server}, readinessProbe: {{{probe}, periodSeconds: 1}}}}]}}");

        var pod = await engine.UntilAsync(key, pod => pod.Condition("Ready")?["status"]?.ToString() == "True");

        Assert.AreEqual("true", pod.Text("status", "containerStatuses", 0, "started"));
    }

    /// <summary>Its period is longer than the test may take.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatAnswersAfterAWhileBecomesReadyBeforeItsPeriodIsOver()
    {
        var key = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'sleep 1; touch /up; sleep 1000'], readinessProbe: {exec: {command: [test, -e, /up]}, periodSeconds: 300}}]}");

        await engine.UntilEventAsync(key, "Unhealthy: Readiness probe failed: ");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("httpGet: {path: /none, port: 8080}", "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404")]
    [DataRow("httpGet: {path: /, port: 9998}", "Unhealthy: Readiness probe failed: Get \"http://IP:9998/\": dial tcp IP:9998: connect: connection refused")]
    [DataRow("httpGet: {path: /, port: none}", "Unhealthy: Readiness probe errored: couldn't find port: none in container main")]
    [DataRow("tcpSocket: {port: 9999}", "Unhealthy: Readiness probe failed: dial tcp IP:9999: connect: connection refused")]
    [DataRow("exec: {command: [sh, -c, 'echo out; echo err >&2; exit 3']}", "Unhealthy: Readiness probe failed: out\nerr\n")]
    [DataRow("exec: {command: [sleep, '100']}", "Unhealthy: Readiness probe failed: command \"sleep 100\" timed out")]
    [DataRow("exec: {command: [nosuch]}", "Unhealthy: Readiness probe errored: ")]
    [DataRow("httpGet: {path: /, port: 8080, httpHeaders: [{name: 'a b', value: x}, {name: Host, value: 'b a d'}]}", "Unhealthy: Readiness probe")]
    public async Task WhatDoesNotAnswerSaysWhy(string probe, string said)
    {
        var key = engine.CreateUnchecked($"{{containers: [{{name: main, image: IMAGE, {Server}, readinessProbe: {{{probe}, periodSeconds: 1}}}}]}}");
        var pod = await engine.UntilAsync(key, pod => pod.Text("status", "podIP").Length > 0);

        await engine.UntilEventAsync(key, said.Replace("IP", pod.Text("status", "podIP"), StringComparison.Ordinal));

        Assert.AreEqual("False", engine.Get(key).Condition("Ready")!["status"]!.ToString());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task WhatStopsAnsweringIsNotReadyAnyMore()
    {
        var key = engine.Create("{containers: [{name: main, image: IMAGE, command: [sh, -c, 'touch /up; sleep 1000'], readinessProbe: {exec: {command: [test, -e, /up]}, periodSeconds: 1, failureThreshold: 1}}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");

        await engine.Exec.ExecAsync(engine.Store.Find(key)!, new("main", ["rm", "/up"], null, Stream.Null, Stream.Null), CancellationToken.None);

        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "false" && status.Text("restartCount") == "0");
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("livenessProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 1}", "Container main failed liveness probe, will be restarted")]
    [DataRow("startupProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 2}", "Container main failed startup probe, will be restarted")]
    public async Task WhatFailsForGoodIsRestarted(string probe, string said)
    {
        var key = engine.Create($"{{terminationGracePeriodSeconds: 1, containers: [{{name: main, image: IMAGE, command: [sleep, '1000'], {probe}}}]}}");

        var status = await engine.ContainerAsync(key, "main", status => status.Text("restartCount") == "1");

        Assert.AreEqual("137", status.Text("lastState", "terminated", "exitCode"));
        CollectionAssert.Contains(engine.Events(key).ToArray(), $"Killing: {said}");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task OtherProbesWaitForTheStartupProbe()
    {
        var key = engine.Create("""
            {containers: [{name: main, image: IMAGE, command: [sh, -c, 'sleep 2; touch /up; sleep 1000'],
              startupProbe: {exec: {command: [test, -e, /up]}, periodSeconds: 1, failureThreshold: 60},
              livenessProbe: {exec: {command: [test, -e, /up]}, periodSeconds: 1, failureThreshold: 1},
              readinessProbe: {exec: {command: [test, -e, /up]}, periodSeconds: 1}}]}
            """);

        var status = await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");

        Assert.AreEqual(("true", "0"), (status.Text("started"), status.Text("restartCount")));
    }
}
