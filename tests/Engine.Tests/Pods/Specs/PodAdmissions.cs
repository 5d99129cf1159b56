using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Pods.Specs;

/// <summary>A pod gets its account's token as it is created, and is refused where it could not be run as its spec says.</summary>
[TestClass]
public sealed class PodAdmissions
{
    private readonly ClusterObjects objects = TestCluster.WithNamespace();

    [TestMethod]
    public void ItGetsATokenOfItsAccountInEveryContainer()
    {
        var pod = Create("""{"initContainers": [{"name": "i", "image": "x"}], "volumes": [{"name": "x"}], "containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "x", "volumeMounts": [{"name": "x", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}]}]}""");

        var volume = pod.Text("spec", "volumes", 1, "name");
        StringAssert.Matches(volume, new("^kube-api-access-[a-z0-9]{5}$"));
        Assert.AreEqual((volume, volume, "x"), (pod.Text("spec", "initContainers", 0, "volumeMounts", 0, "name"), pod.Text("spec", "containers", 0, "volumeMounts", 0, "name"), pod.Text("spec", "containers", 1, "volumeMounts", 0, "name")));
        Assert.AreEqual(("default", "Pending", "BestEffort"), (pod.Text("spec", "serviceAccountName"), pod.Text("status", "phase"), pod.Text("status", "qosClass")));
    }

    [TestMethod]
    [DataRow("""{"automountServiceAccountToken": false, "containers": [{"name": "a", "image": "x"}]}""")]
    [DataRow("""{"serviceAccountName": "quiet", "containers": [{"name": "a", "image": "x"}]}""")]
    public void ItGetsNoneWhereItWantsNone(string spec)
    {
        Account("quiet", """{"automountServiceAccountToken": false}""");

        Assert.IsNull(Create(spec).At("spec", "volumes"));
    }

    [TestMethod]
    public void ItsAccountsPullSecretsAreItsOwn()
    {
        Account("puller", """{"imagePullSecrets": [{"name": "s"}]}""");

        Assert.AreEqual("s", Create("""{"serviceAccountName": "puller", "containers": [{"name": "a", "image": "x"}]}""").Text("spec", "imagePullSecrets", 0, "name"));
    }

    [TestMethod]
    public void WithoutItsAccountItIsRefused()
    {
        var refused = Assert.ThrowsExactly<StatusException>(() => Create("""{"serviceAccountName": "none", "containers": [{"name": "a", "image": "x"}]}"""));

        Assert.AreEqual((403, "pods \"p\" is forbidden: error looking up service account ns/none: serviceaccount \"none\" not found"), (refused.Code, refused.Message));
    }

    /// <summary>All at once, each with its place: a client shows them where they stand in the manifest.</summary>
    [TestMethod]
    [DataRow("""{"hostNetwork": true, "containers": [{"name": "a", "image": "x"}]}""", "spec.hostNetwork: Forbidden: the embedded engine has no host network for pods")]
    [DataRow("""{"volumes": [{"name": "v", "hostPath": {"path": "/"}}], "containers": [{"name": "a", "image": "x"}]}""", "spec.volumes[0].hostPath: Forbidden: the embedded engine has no hostPath volumes")]
    [DataRow("""{"containers": [{"name": "a", "image": "x", "securityContext": {"privileged": true}, "livenessProbe": {"grpc": {"port": 1}}}]}""", "spec.containers[0].securityContext.privileged: Forbidden: the embedded engine has no privileged containers", "spec.containers[0].livenessProbe.grpc: Forbidden: the embedded engine has no gRPC probes")]
    [DataRow("""{"containers": [{"name": "a", "image": "x", "lifecycle": {"preStop": {"tcpSocket": {"port": 1}}}}]}""", "spec.containers[0].lifecycle.preStop.tcpSocket: Forbidden: the embedded engine has no TCP sockets as lifecycle handlers")]
    [DataRow("""{"containers": [{"name": "a", "image": "x", "securityContext": {"capabilities": {"add": ["CHOWN", "DAC_READ_SEARCH"]}}}]}""", "spec.containers[0].securityContext.capabilities.add[1]: Forbidden: the embedded engine has no capability DAC_READ_SEARCH")]
    [DataRow("""{"containers": [{"name": "a", "image": "x", "securityContext": {"seccompProfile": {"type": "Unconfined"}}}]}""", "spec.containers[0].securityContext.seccompProfile.type: Forbidden: the embedded engine has no containers without its seccomp filter")]
    public void ItIsRefusedWithThePlacesAndTheWayOut(string spec, params string[] faults)
    {
        var refused = Assert.ThrowsExactly<StatusException>(() => Create(spec));

        Assert.AreEqual((422, faults.Length), (refused.Code, refused.Details!["causes"]!.AsArray().Count), refused.Message);
        foreach (var fault in faults)
            StringAssert.Contains(refused.Message, fault);
        StringAssert.Contains(refused.Message, "set KontraktKubeContext to a cluster");
    }

    private KubernetesObject Create(string spec) => objects.Create(Kinds.Pod, "ns", PodJson.Pod(spec)).View;

    private void Account(string name, string json)
    {
        var account = PodJson.Parse(json);
        (account["apiVersion"], account["kind"], account["metadata"]) = ("v1", "ServiceAccount", new JsonObject { ["name"] = name });
        objects.Create(Kinds.ServiceAccount, "ns", account);
    }
}
