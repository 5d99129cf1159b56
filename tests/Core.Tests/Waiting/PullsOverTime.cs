using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Tests.Waiting;

/// <summary>What a kubelet reports of a pull that fails, replayed: it tries at once, and again after 10, 30, 70, 150 and 310 seconds.</summary>
[TestClass]
public sealed class PullsOverTime
{
    private static readonly int[] Tries = [0, 10, 30, 70, 150, 310];

    [TestMethod]
    [DataRow("r/x:1: not found", true, 0)]
    [DataRow("pull access denied", true, 0)]
    [DataRow("lookup r on 10.0.0.1:53: no such host", true, 10)]
    [DataRow("dial tcp 10.0.0.1:5000: connect: connection refused", true, 30)]
    [DataRow("429 Too Many Requests", true, 70)]
    [DataRow("read: connection reset by peer", true, 150)]
    [DataRow("dial tcp 10.0.0.1:5000: i/o timeout", true, 150)]
    [DataRow("lookup r on 10.0.0.1:53: no such host", false, 30)]
    [DataRow("dial tcp 10.0.0.1:5000: connect: connection refused", false, 60)]
    public void EndAfterTheirTriesOrTheirTimeWhereEventsAreMissing(string message, bool events, int second) => Assert.AreEqual(second, FinalAt(message, events, failures: Tries.Length));

    [TestMethod]
    [DataRow("dial tcp 10.0.0.1:5000: connect: connection refused", 2)]
    [DataRow("read: connection reset by peer", 4)]
    [DataRow("503 Service Unavailable", 4)]
    public void OfARegistryThatComesBackGoOn(string message, int failures) => Assert.IsNull(FinalAt(message, events: true, failures));

    /// <returns>The second at which it is final; null: it is not, and the image is pulled at last.</returns>
    private static int? FinalAt(string message, bool events, int failures)
    {
        var time = new ManualTime();
        var (clock, began) = (new SymptomClock(time), time.Now);
        for (var second = 0; second <= Tries[^1]; second++)
        {
            time.Now = began + TimeSpan.FromSeconds(second);
            var tried = Tries.Count(each => each <= second);
            var state = tried > failures ? "running: {}"
                // Without events, a newer kubelet says the reason here as well.
                : Tries.Contains(second) || !events ? $"waiting: {{reason: ErrImagePull, message: '{message}'}}"
                : "waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"r/x:1\"'}";
            KubernetesObject[] seen = events ? [Yaml.Object($"{{apiVersion: v1, kind: Event, type: Warning, reason: Failed, count: {Math.Min(tried, failures)}, involvedObject: {{fieldPath: 'spec.containers{{main}}'}}, message: 'Failed to pull image \"r/x:1\": {message}'}}")] : [];
            if (clock.Final(Pod(state), PodDiagnosis.Of(Pod(state), seen, PodTolerance.Service, Yaml.Settings)).Count > 0)
                return second;
        }
        return null;
    }

    private static KubernetesObject Pod(string state) => Yaml.Object(
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: p, uid: u}}, spec: {{containers: [{{name: main, image: 'r/x:1'}}]}}, status: {{phase: Pending, containerStatuses: [{{name: main, state: {{{state}}}}}]}}}}");
}
