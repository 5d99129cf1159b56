using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Api;

/// <summary>A pod's line says what its containers do, as kubectl prints it for any cluster.</summary>
[TestClass]
public sealed class Tables
{
    [TestMethod]
    [DataRow("Running", """{"phase":"Running","containerStatuses":[{"name":"a","ready":true,"state":{"running":{}}}]}""", "1/1 Running 0")]
    [DataRow("Completed", """{"phase":"Succeeded","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}""", "0/1 Completed 0")]
    [DataRow("Error", """{"phase":"Failed","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":3}}}]}""", "0/1 ExitCode:3 0")]
    [DataRow("Signal", """{"phase":"Failed","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":137,"signal":9}}}]}""", "0/1 Signal:9 0")]
    [DataRow("Crash", """{"phase":"Running","containerStatuses":[{"name":"a","restartCount":4,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"finishedAt":"2026-01-01T00:00:00Z"}}}]}""", "0/1 CrashLoopBackOff 4 (61s ago)")]
    [DataRow("Pull", """{"phase":"Pending","containerStatuses":[{"name":"a","state":{"waiting":{"reason":"ImagePullBackOff"}}}]}""", "0/1 ImagePullBackOff 0")]
    [DataRow("Init", """{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"running":{}}}],"containerStatuses":[{"name":"a","state":{"waiting":{"reason":"PodInitializing"}}}]}""", "0/1 Init:0/1 0")]
    [DataRow("InitError", """{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":2,"state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}""", "0/1 Init:Error 2")]
    [DataRow("Evicted", """{"phase":"Failed","reason":"Evicted"}""", "0/1 Evicted 0")]
    public void ALineSaysWhatMattersMost(string _, string status, string expected)
    {
        var pod = Pod("""{"initContainers":[{"name":"i"}],"containers":[{"name":"a"}]}""", status);

        Assert.AreEqual(expected, Line(pod));
    }

    [TestMethod]
    public void APodThatIsBeingDeletedIsTerminating()
    {
        var pod = Pod("""{"containers":[{"name":"a"}]}""", """{"phase":"Running","containerStatuses":[{"name":"a","ready":true,"state":{"running":{}}}]}""");
        pod.Json["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";

        Assert.AreEqual("1/1 Terminating 0", Line(pod));
    }

    [TestMethod]
    public void ASidecarCountsAsAContainer()
    {
        var pod = Pod("""{"initContainers":[{"name":"s","restartPolicy":"Always"}],"containers":[{"name":"a"}]}""",
            """{"phase":"Running","initContainerStatuses":[{"name":"s","started":true,"ready":true,"restartCount":1,"state":{"running":{}}}],"containerStatuses":[{"name":"a","ready":true,"state":{"running":{}}}]}""");

        Assert.AreEqual("2/2 Running 1", Line(pod));
    }

    [TestMethod]
    [DataRow(0, "0s")]
    [DataRow(119, "119s")]
    [DataRow(120, "2m")]
    [DataRow(125, "2m5s")]
    [DataRow(600, "10m")]
    [DataRow(3 * 3600, "3h")]
    [DataRow(3 * 3600 + 60, "3h1m")]
    [DataRow(8 * 3600 + 60, "8h")]
    [DataRow(50 * 3600, "2d2h")]
    [DataRow(8 * 86400 + 3600, "8d")]
    [DataRow(2 * 365 * 86400 + 86400, "2y1d")]
    public void AnAgeIsAsShortAsItsLengthAllows(int seconds, string expected) => Assert.AreEqual(expected, Ages.Short(TimeSpan.FromSeconds(seconds)));

    private static KubernetesObject Pod(string spec, string status) => new(new()
    {
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = "p", ["creationTimestamp"] = "2026-01-01T00:00:00Z" },
        ["spec"] = JsonNode.Parse(spec),
        ["status"] = JsonNode.Parse(status),
    });

    private static string Line(KubernetesObject pod)
    {
        var cells = PodKind.Kind.Table.Cells(pod, new(2026, 1, 1, 0, 1, 1, TimeSpan.Zero));
        return $"{cells[1]} {cells[2]} {cells[3]}";
    }
}
