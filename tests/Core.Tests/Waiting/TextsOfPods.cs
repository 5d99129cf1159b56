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
}
