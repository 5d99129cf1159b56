using Kontrakt.Tests.Judging;

namespace Kontrakt.Tests.Waiting;

/// <summary>A registry at whose port nobody listens: the kubelet has its tries, and then it is an error; every line on the way says why.</summary>
[TestClass]
public sealed class RegistriesThatRefuse
{
    private const string Image = "127.0.0.1:9/kr/absent:1";

    [TestMethod]
    [Timeout(300_000)]
    public async Task AreReportedAfterThreeTriesWithTheCauseInEveryLine()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, ("test.yaml", $$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: test, labels: {kontrakt: test}}
            spec:
              restartPolicy: Never
              containers: [{name: main, image: "{{{Image}}}"}]
            """), ("server.yaml", $$$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: server}
            spec:
              selector: {matchLabels: {app: server}}
              template:
                metadata: {labels: {app: server}}
                spec: {containers: [{name: web, image: "{{{Image}}}"}]}
            """), ("single.yaml", $$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: single}
            spec: {containers: [{name: main, image: "{{{Image}}}"}]}
            """));

        Assert.AreSequenceEqual(["server.yaml(8) KTR4005", "single.yaml(4) KTR4005", "test.yaml(6) KTR4005"], run.Failures, run.All);
        foreach (var failure in run.Verdict.Failures)
            Assert.MatchesRegex($@"the image '{Image}' cannot be pulled by the cluster \([23] tries\): .*(connection refused|refuses connections)", failure.Message);
        Assert.Contains("cluster (3 tries): ", run.All);
        Assert.AreEqual(("KTR4005", false), (run.Verdict.Tests[0].Code, run.Verdict.Tests[0].Stopped));
        var lines = run.Log.Text.Split('\n').Where(line => line.Contains("ImagePull", StringComparison.Ordinal)).ToList();
        Assert.IsGreaterThan(3, lines.Count, run.Log.Text);
        foreach (var line in lines)
            Assert.MatchesRegex("connection refused|refuses connections", line);
    }
}
