using Kontrakt.Clusters.Pods;

namespace Kontrakt.Tests.Waiting;

/// <summary>What a line of progress says of a pod.</summary>
[TestClass]
public sealed class TextsOfPods
{
    [TestMethod]
    public void SayWhyAnImageIsNotPulledWhileItBacksOff()
    {
        var pod = Yaml.Object("{apiVersion: v1, kind: Pod, metadata: {name: p, uid: u}, spec: {containers: [{name: main, image: 'r.invalid/x:1'}]}, status: {phase: Pending, containerStatuses: [{name: main, state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image'}}}]}}");
        var failed = Yaml.Object("{apiVersion: v1, kind: Event, type: Warning, reason: Failed, involvedObject: {fieldPath: 'spec.containers{main}'}, message: 'Failed to pull image \"r.invalid/x:1\": dial tcp: lookup r.invalid: no such host'}");
        var again = Yaml.Object("{apiVersion: v1, kind: Event, type: Warning, reason: Failed, involvedObject: {fieldPath: 'spec.containers{main}'}, message: 'Error: ImagePullBackOff'}");

        Assert.AreEqual("Pending: container main: ImagePullBackOff (Failed to pull image \"r.invalid/x:1\": dial tcp: lookup r.invalid: no such host)", PodText.State(pod, [failed, again]));
    }

    /// <summary>The events of a failed pull may come before the container's state does, and after it.</summary>
    [TestMethod]
    [DataRow("waiting: {reason: ContainerCreating}", "Pending: container main: ContainerCreating; Failed to pull image \"r/x:1\": connection refused")]
    [DataRow("waiting: {reason: ErrImagePull, message: 'connection refused'}", "Pending: container main: ErrImagePull (connection refused)")]
    [DataRow("waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image'}", "Pending: container main: ImagePullBackOff (Failed to pull image \"r/x:1\": connection refused)")]
    public void SayWhyAPullFailedOnceAndAlways(string state, string expected)
    {
        var pod = Yaml.Object($"{{apiVersion: v1, kind: Pod, metadata: {{name: p, uid: u}}, spec: {{containers: [{{name: main, image: 'r/x:1'}}]}}, status: {{phase: Pending, containerStatuses: [{{name: main, state: {{{state}}}}}]}}}}");
        var failed = Warning("'Failed to pull image \"r/x:1\": connection refused'");

        foreach (var events in new[] { [failed], [failed, Warning("'Error: ErrImagePull'")], [Warning("'Error: ImagePullBackOff'"), failed], new[] { failed, Warning("'Error: ImagePullBackOff'") } })
            Assert.AreEqual(expected, PodText.State(pod, events));
    }

    private static Kubernetes.Objects.KubernetesObject Warning(string message) =>
        Yaml.Object($"{{apiVersion: v1, kind: Event, type: Warning, reason: Failed, involvedObject: {{fieldPath: 'spec.containers{{main}}'}}, message: {message}}}");
}
