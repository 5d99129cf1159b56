using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Pods.Specs;

/// <summary>A pod gets its account's token as it is created, and is refused where it could not be run as it is meant.</summary>
[TestClass]
public sealed class PodAdmissions
{
    private readonly ObjectStore store = new();
    private readonly ClusterObjects objects;

    public PodAdmissions()
    {
        objects = new(store, [new PodAdmission(store).Apply], TimeProvider.System);
        Account("default", "{}");
    }

    [TestMethod]
    public void ItGetsATokenOfItsAccountInEveryContainer()
    {
        var pod = Create("""{"initContainers": [{"name": "i"}], "containers": [{"name": "a"}, {"name": "b", "volumeMounts": [{"name": "x", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}]}]}""");

        var volume = pod.Text("spec", "volumes", 0, "name");
        StringAssert.Matches(volume, new("^kube-api-access-[a-z0-9]{5}$"));
        Assert.AreEqual((volume, volume, "x"), (pod.Text("spec", "initContainers", 0, "volumeMounts", 0, "name"), pod.Text("spec", "containers", 0, "volumeMounts", 0, "name"), pod.Text("spec", "containers", 1, "volumeMounts", 0, "name")));
        Assert.AreEqual(("default", "Pending", "BestEffort"), (pod.Text("spec", "serviceAccountName"), pod.Text("status", "phase"), pod.Text("status", "qosClass")));
    }

    [TestMethod]
    [DataRow("""{"automountServiceAccountToken": false, "containers": [{"name": "a"}]}""")]
    [DataRow("""{"serviceAccountName": "quiet", "containers": [{"name": "a"}]}""")]
    public void ItGetsNoneWhereItWantsNone(string spec)
    {
        Account("quiet", """{"automountServiceAccountToken": false}""");

        Assert.IsNull(Create(spec).At("spec", "volumes"));
    }

    [TestMethod]
    public void ItsAccountsPullSecretsAreItsOwn()
    {
        Account("puller", """{"imagePullSecrets": [{"name": "s"}]}""");

        Assert.AreEqual("s", Create("""{"serviceAccountName": "puller", "containers": [{"name": "a"}]}""").Text("spec", "imagePullSecrets", 0, "name"));
    }

    [TestMethod]
    [DataRow("""{"serviceAccountName": "none", "containers": [{"name": "a"}]}""", "pods \"p\" is forbidden: error looking up service account ns/none: serviceaccount \"none\" not found")]
    [DataRow("""{"hostNetwork": true, "containers": [{"name": "a"}]}""", "pods \"p\" is forbidden: the embedded engine does not support spec.hostNetwork. Name a cluster that does (KontraktKubeContext), or leave it out.")]
    [DataRow("""{"volumes": [{"name": "v", "hostPath": {"path": "/"}}], "containers": [{"name": "a"}]}""", "pods \"p\" is forbidden: the embedded engine does not support volume 'v' of type hostPath. Name a cluster that does (KontraktKubeContext), or leave it out.")]
    [DataRow("""{"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}], "containers": [{"name": "a"}]}""", "pods \"p\" is forbidden: the embedded engine does not support volume 'v' of type persistentVolumeClaim. Name a cluster that does (KontraktKubeContext), or leave it out.")]
    [DataRow("""{"containers": [{"name": "a", "securityContext": {"privileged": true}, "livenessProbe": {"grpc": {"port": 1}}}]}""", "pods \"p\" is forbidden: the embedded engine does not support container 'a': securityContext.privileged; the embedded engine does not support container 'a': livenessProbe.grpc. Name a cluster that does (KontraktKubeContext), or leave it out.")]
    [DataRow("""{"containers": [{"name": "a", "securityContext": {"capabilities": {"add": ["CHOWN", "DAC_READ_SEARCH"]}}}]}""", "pods \"p\" is forbidden: the embedded engine does not support container 'a': securityContext.capabilities.add DAC_READ_SEARCH. Name a cluster that does (KontraktKubeContext), or leave it out.")]
    [DataRow("""{"containers": [{"name": "a", "securityContext": {"seccompProfile": {"type": "Unconfined"}}}]}""", "pods \"p\" is forbidden: the embedded engine does not support container 'a': securityContext.seccompProfile Unconfined. Name a cluster that does (KontraktKubeContext), or leave it out.")]
    public void ItIsRefusedWithTheReasonAndTheWayOut(string spec, string message)
    {
        var refused = Assert.ThrowsExactly<StatusException>(() => Create(spec));

        Assert.AreEqual((403, message), (refused.Code, refused.Message));
    }

    private KubernetesObject Create(string spec) => objects.Create(Kinds.Pod, "ns", PodJson.Pod(spec)).View;

    private void Account(string name, string json)
    {
        var account = PodJson.Parse(json);
        (account["apiVersion"], account["kind"], account["metadata"]) = ("v1", "ServiceAccount", new JsonObject { ["name"] = name });
        objects.Create(Kinds.ServiceAccount, "ns", account);
    }
}
