using Kontrakt.Clusters;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs.Applying;
using Kontrakt.Tests.Clusters;

namespace Kontrakt.Tests.Applying;

[TestClass]
public sealed class ApplyToACluster
{
    private const string Shop = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: api
        spec:
          replicas: 0
          selector: {matchLabels: {app: api}}
          template:
            metadata: {labels: {app: api}}
            spec:
              containers:
              - name: api
                image: unused.example/none
                ports: [{containerPort: 8080}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: api}
        spec:
          selector: {app: api}
          ports: [{port: 80, targetPort: 8080}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: smoke, labels: {kontrakt: test}}
        spec: {containers: [{name: main, image: unused.example/none}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: own, labels: {kontrakt: test}}
        spec: {serviceAccountName: mine, containers: [{name: main, image: unused.example/none}]}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: mine}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: kontrakt, annotations: {added: by-manifest}}
        """;

    [TestMethod]
    [Timeout(180_000)]
    public async Task PutsEverythingInTheLeasesNamespace()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-apply");

        await ApplyAsync(cluster, lease, Shop);

        Assert.AreEqual("kontrakt", (await FindAsync(lease, ApiResource.Pods, "smoke")).Text("spec", "serviceAccountName"));
        Assert.AreEqual("mine", (await FindAsync(lease, ApiResource.Pods, "own")).Text("spec", "serviceAccountName"));
        var account = await FindAsync(lease, ApiResource.ServiceAccounts, "kontrakt");
        Assert.AreEqual("by-manifest", account.Annotations["added"]);
        Assert.IsTrue(account.Labels.ContainsKey("kontrakt/owner"), account.Json.ToJsonString());
        var deployment = await lease.Account.FindResourceAsync(new("apps", "v1", "Deployment"), CancellationToken.None);
        var api = await FindAsync(lease, deployment!, "api");
        Assert.AreEqual(lease.RunId, api.Labels["kontrakt/run"]);
        Assert.IsNull(api.At("spec", "template", "metadata", "labels", "kontrakt/run"));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task NamesEveryUnknownFieldAtItsKeyBeforeAnythingIsApplied()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-fields");

        var e = await RefusedAsync(cluster, lease, """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: first}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: second}
            dta: {a: b}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: smoke}
            spec:
              containers:
              - name: main
                image: unused.example/none
                comand: [sh]
              hostNetwrok: true
            """);

        AssertDiagnostics(e, ("KTR3006", 8, 1), ("KTR3006", 17, 5), ("KTR3006", 18, 3));
        Assert.Contains("did you mean 'command'?", e.Diagnostics[1].Message);
        Assert.IsNull(await lease.Caller.FindAsync(new(ApiResource.ConfigMaps, lease.Namespace, "first"), CancellationToken.None));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task NamesWhatTheClusterDoesNotHaveAndWhatIsNotNamespaced()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-kinds");

        var e = await RefusedAsync(cluster, lease, """
            apiVersion: apps/v1
            kind: Deploymnet
            metadata: {name: a}
            ---
            apiVersion: extensions/v1beta1
            kind: Deployment
            metadata: {name: b}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: c}
            ---
            apiVersion: example.com/v1
            kind: Turbocharger
            metadata: {name: d}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: e}
            spec: {ports: [{port: 99999, targetPort: 80}]}
            """);

        // What is wrong with another object is found in the same run.
        AssertDiagnostics(e, ("KTR3007", 2, 7), ("KTR3007", 6, 7), ("KTR1015", 10, 7), ("KTR3007", 14, 7), ("KTR3005", 20, 23));
        Assert.Contains("did you mean 'Deployment' in apiVersion 'apps/v1'?", e.Diagnostics[0].Message);
        Assert.Contains("did you mean 'Deployment' in apiVersion 'apps/v1'?", e.Diagnostics[1].Message);
        Assert.DoesNotContain("did you mean", e.Diagnostics[3].Message);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task LocatesEachCauseOfEachRefusedObject()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-causes");

        var e = await RefusedAsync(cluster, lease, """
            apiVersion: v1
            kind: Pod
            metadata:
              name: one
            spec:
              restartPolicy: Sometimes
              containers:
              - name: UPPER
                image: unused.example/none
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: two
            spec:
              ports:
              - port: 99999
                targetPort: 80
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: three}
            spec:
              replicas: many
              selector: {matchLabels: {app: x}}
              template: {metadata: {labels: {app: x}}, spec: {containers: [{name: x, image: x}]}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: four}
            spec:
              containers: [{name: x, image: x, env: [{name: A, value: 5}]}]
              hostNetwork: "no"
            """);

        AssertDiagnostics(e, ("KTR3005", 6, 18), ("KTR3005", 8, 11), ("KTR3005", 17, 11), ("KTR3005", 24, 13), ("KTR3005", 32, 59), ("KTR3005", 33, 16));
        Assert.Contains("spec.containers[name=\"x\"].env[name=\"A\"].value: expected string, got 5 (put it in quotes)", e.Message);
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task DoesNotRepeatASecretsValue()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-secret");

        var e = await RefusedAsync(cluster, lease, """
            apiVersion: v1
            kind: Secret
            metadata: {name: one}
            data:
              password: "hunter2 is not base64!"
            """);

        AssertDiagnostics(e, ("KTR3005", 5, 13));
        Assert.DoesNotContain("hunter2", e + cluster.Log.Text);
    }

    [TestMethod]
    [Timeout(180_000)]
    [TestCategory("not-on-the-engine")]
    public async Task WaitsForAQuotaThatIsNotCountedYet()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-quota");

        await ApplyAsync(cluster, lease, """
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: some}
            spec: {hard: {pods: "5"}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: smoke}
            spec: {containers: [{name: main, image: unused.example/none}]}
            """);

        Assert.AreEqual("default", (await FindAsync(lease, ApiResource.Pods, "smoke")).Text("spec", "serviceAccountName"));
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task SaysThatARoleBindingReachesForMore()
    {
        await using var cluster = TestCluster.Open();
        var lease = await cluster.AcquireAsync("kc-binding");

        var e = await RefusedAsync(cluster, lease, """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: more}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
            subjects: [{kind: ServiceAccount, name: default}]
            """);

        AssertDiagnostics(e, ("KTR3008", 2, 7));
    }

    private static Task ApplyAsync(TestCluster cluster, Lease lease, string yaml) =>
        KontraktApplier.ApplyAsync(new(lease, TestManifests.Parse(yaml), TestCluster.Settings(), cluster.Log, ""), CancellationToken.None);

    private static Task<KontraktException> RefusedAsync(TestCluster cluster, Lease lease, string yaml) =>
        Assert.ThrowsExactlyAsync<KontraktException>(() => ApplyAsync(cluster, lease, yaml));

    private static async Task<KubernetesObject> FindAsync(Lease lease, ApiResource resource, string name) =>
        await lease.Caller.FindAsync(new(resource, lease.Namespace, name), CancellationToken.None) ?? throw new AssertFailedException($"no {resource.Plural}/{name}");

    private static void AssertDiagnostics(KontraktException e, params (string Code, int Line, int Column)[] expected) =>
        Assert.AreEqual(string.Join('\n', expected), string.Join('\n', e.Diagnostics.Select(each => (each.Code, each.Location?.Line ?? 0, each.Location?.Column ?? 0))), e.Message);
}
