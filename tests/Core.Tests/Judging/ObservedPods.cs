using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Judging;

/// <summary>When what happened to a pod, from its status and its events.</summary>
[TestClass]
public sealed class ObservedPods
{
    private const string Pod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"api","uid":"u1","creationTimestamp":"2026-11-20T05:00:00Z","labels":{"kontrakt":"target"}},"spec":{"nodeName":"node"},
         "status":{"phase":"Running","conditions":[{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-20T05:00:01Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-11-20T05:00:09Z"}],
         "containerStatuses":[{"name":"main","image":"i","ready":true,"restartCount":1,"state":{"running":{"startedAt":"2026-11-20T05:00:07Z"}},"lastState":{"terminated":{"exitCode":1,"startedAt":"2026-11-20T05:00:04Z","finishedAt":"2026-11-20T05:00:06Z"}}}]}}
        """;

    [TestMethod, Timeout(60_000)]
    public void HaveTheTimesOfTheirWay()
    {
        var pod = Observe(Pod, Event("Pulling", "05:00:02", "Normal"), Event("Pulled", "05:00:03", "Normal")).Pods.Single();

        Assert.AreEqual(("api", "target", "Running", "node"), (pod.Name, pod.Role, pod.Phase, pod.Node));
        Assert.AreSequenceEqual(["05:00:00", "05:00:01", "05:00:02", "05:00:03", "05:00:04", "05:00:09", null],
            new[] { pod.Created, pod.Scheduled, pod.Pulling, pod.Pulled, pod.Started, pod.Ready, pod.Ended }.Select(time => time?.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.AreEqual(new RunContainer("main", false, "i", 1, "RUNNING, READY"), pod.Containers.Single());
    }

    [TestMethod, Timeout(60_000)]
    public void HaveNoPullWhereTheImageWasThere()
    {
        var pod = Observe(Pod, Event("Pulled", "05:00:03", "Normal")).Pods.Single();

        Assert.AreEqual((null, null), (pod.Pulling, pod.Pulled));
    }

    [TestMethod, Timeout(60_000)]
    public void EndWithTheLastOfTheirContainers()
    {
        var ended = Pod.Replace("\"running\":{\"startedAt\":\"2026-11-20T05:00:07Z\"}", "\"terminated\":{\"exitCode\":0,\"startedAt\":\"2026-11-20T05:00:07Z\",\"finishedAt\":\"2026-11-20T05:00:08Z\"}", StringComparison.Ordinal);

        Assert.AreEqual(new DateTimeOffset(2026, 11, 20, 5, 0, 8, TimeSpan.Zero), Observe(ended).Pods.Single().Ended);
    }

    [TestMethod, Timeout(60_000)]
    public void ComeWithTheirEventsCleaned()
    {
        var told = Observe(Pod, Event("BackOff", "05:00:05", "Warning")).Events.Single();

        Assert.AreEqual(new RunClusterEvent("2026-11-20T05:00:05Z", "Warning", "BackOff", "pod/api", 2, "SECRET OF IT"), told);
    }

    [TestMethod, Timeout(60_000)]
    public void ComeWithTheEventsOfOneSecondInTheOrderInWhichTheyWereTold()
    {
        var told = Observe(Pod, Event("Pulled", "05:00:05", "Normal"), Event("Started", "05:00:06", "Normal"), Event("Created", "05:00:05", "Normal")).Events;

        Assert.AreSequenceEqual(["Pulled", "Created", "Started"], told.Select(each => each.Reason));
    }

    [TestMethod, Timeout(60_000)]
    public void AreReadAsTheyWereSaved()
    {
        using var folder = new TempFolder();
        var observed = Observe(Pod, Event("BackOff", "05:00:05", "Warning"));
        folder.Write(RunObservation.FileName, observed.ToJson());

        Assert.AreEqual(observed.ToJson(), RunObservation.Find(folder.Path)?.ToJson());
        Assert.IsNull(RunObservation.Find(folder.At("absent")));
        folder.Write(RunObservation.FileName, "not JSON");
        Assert.IsNull(RunObservation.Find(folder.Path));
    }

    private static RunObservation Observe(string pod, params string[] events)
    {
        var state = new ClusterState();
        foreach (var each in events)
            state.Apply(GroupVersionKind.From("v1", "Event"), new(WatchEventType.Added, Parse(each)));
        return PodObserver.Observe([Parse(pod)], state.Events, state, text => text.ToUpperInvariant());
    }

    private static string Event(string reason, string time, string type) =>
        $$$"""{"apiVersion":"v1","kind":"Event","metadata":{"name":"{{{reason}}}"},"type":"{{{type}}}","reason":"{{{reason}}}","count":2,"message":"secret\nof it","firstTimestamp":"2026-11-20T{{{time}}}Z","lastTimestamp":"2026-11-20T{{{time}}}Z","involvedObject":{"kind":"Pod","name":"api","uid":"u1"}}""";

    private static KubernetesObject Parse(string json) => new((JsonObject)(JsonNode.Parse(json) ?? throw new InvalidOperationException("null")));
}
