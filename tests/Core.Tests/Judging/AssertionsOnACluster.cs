using Kontrakt.Diagnostics;
using Kontrakt.Tests.Clusters;
using Kontrakt.Tests.Waiting;

namespace Kontrakt.Tests.Judging;

[TestClass]
public sealed class AssertionsOnACluster
{
    private static (string, string) Test(string command) => ("test.yaml", $$$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: test, labels: {kontrakt: test}}
        spec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [sh, -c, "{{{command}}}"]}]}
        """);

    /// <summary>What is found before anything is applied: "file(line,column) code: message".</summary>
    private static async Task<string> RefusalAsync(params (string Name, string Text)[] files)
    {
        // Without a cluster the test is skipped, which is no exception to expect.
        await using var cluster = TestCluster.Open();
        var refused = await Assert.ThrowsExactlyAsync<KontraktException>(() => ClusterRun.ApplyAsync(ClusterRun.Settings, files));
        return string.Join('\n', refused.Diagnostics.Select(each => $"{Path.GetFileName(each.Location?.File)}({each.Location?.Line},{each.Location?.Column}) {each.Code}: {each.Message}"));
    }

    [TestMethod]
    [Timeout(300_000)]
    [TestCategory("not-on-the-engine")] // It has no HorizontalPodAutoscaler.
    public async Task AnObjectIsOneInWhateverVersionItIsAskedFor()
    {
        await using var cluster = TestCluster.Open();
        var other = await cluster.Admin.FindResourceAsync(new("autoscaling", "v2", "HorizontalPodAutoscaler"), CancellationToken.None) is null ? "v2beta2" : "v2";
        var inOther = $$$"""
            apiVersion: autoscaling/{{{other}}}
            kind: HorizontalPodAutoscaler
            metadata: {name: api}
            spec:
              metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50} } }]
            """;
        const string InFirst = "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nspec: {targetCPUUtilizationPercentage: 50}\n";

        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, Test("exit 0"),
            ("api.yaml", "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\nspec: {maxReplicas: 3, targetCPUUtilizationPercentage: 50, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}}\n"),
            ("other.assert.yaml", inOther),
            ("other.error.yaml", inOther.Replace("name: api}", "name: api, annotations: {kontrakt/timeout: 1s}}", StringComparison.Ordinal)),
            ("first.assert.yaml", InFirst),
            ("first.error.yaml", InFirst.Replace("kind: HorizontalPodAutoscaler", "kind: HorizontalPodAutoscaler\nmetadata: {annotations: {kontrakt/timeout: 1s}}", StringComparison.Ordinal)));

        Assert.AreSequenceEqual(["first.error.yaml(1) KTR4010", "other.error.yaml(1) KTR4010"], run.Failures.Order(StringComparer.Ordinal), run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    [TestCategory("not-on-the-engine")] // It has no Ingress.
    public async Task AnObjectIsOneInWhateverGroupItIsServed()
    {
        await using var cluster = TestCluster.Open();
        if (await cluster.Admin.FindResourceAsync(new("extensions", "v1beta1", "Ingress"), CancellationToken.None) is null)
            Assert.Inconclusive("this cluster serves Ingress in one group and version (Kubernetes 1.22 and later)");
        static string Old(string version) => $"apiVersion: {version}\nkind: Ingress\nmetadata: {{name: web, annotations: {{kontrakt/timeout: 1s}}}}\nspec: {{backend: {{serviceName: web, servicePort: 80}}}}\n";

        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, Test("exit 0"),
            ("web.yaml", "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n"),
            ("beta.error.yaml", Old("networking.k8s.io/v1beta1")),
            ("beta.assert.yaml", Old("networking.k8s.io/v1beta1")),
            ("extensions.error.yaml", Old("extensions/v1beta1")));

        Assert.AreSequenceEqual(["beta.error.yaml(1) KTR4010", "extensions.error.yaml(1) KTR4010"], run.Failures.Order(StringComparer.Ordinal), run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task AKindThatNobodyInstalledHidesNoOtherVerdict()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, Test("echo the reason; exit 3"),
            ("thing.assert.yaml", "apiVersion: things.example.com/v1\nkind: Thing\n"),
            ("other.assert.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: missing}\n"));

        Assert.AreSequenceEqual(["test.yaml(4) KTR4001", "thing.assert.yaml(2) KTR3007"], run.Failures.Order(StringComparer.Ordinal), run.All);
        StringAssert.Contains(run.Log.Text, "the assertion on configmap/missing does not hold: it does not exist");
        StringAssert.Contains(run.All, "\n  the reason");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AKindThatThereCannotBeIsFoundBeforeAnythingIsApplied() =>
        StringAssert.StartsWith(await RefusalAsync(Test("exit 0"), ("x.error.yaml", "apiVersion: apps/v1\nkind: Deploymnet\n")),
            "x.error.yaml(2,7) KTR3007: the cluster has no kind 'Deploymnet' in apiVersion 'apps/v1' (did you mean 'Deployment' in apiVersion 'apps/v1'?)");

    /// <summary>A kind that servers list in their discovery and that nobody can list: reviews everywhere, and what the engine does not run.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task AKindThatCannotBeWatchedIsFoundBeforeAnythingIsApplied() =>
        StringAssert.StartsWith(await RefusalAsync(Test("exit 0"), ("x.error.yaml", "apiVersion: authorization.k8s.io/v1\nkind: LocalSubjectAccessReview\n")),
            "x.error.yaml(2,7) KTR4050: the assertion on the kind LocalSubjectAccessReview cannot be checked: ");

    [TestMethod]
    [Timeout(120_000)]
    public async Task FieldsAndTypesAreHeldToTheServersSchema()
    {
        var refusal = await RefusalAsync(Test("exit 0"),
            ("a.error.yaml", "apiVersion: v1\nkind: ConfigMap\ndatta: {foo: bar}\n"),
            ("b.assert.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: \"2\"\n  template:\n    spec:\n      containers:\n        - {name: a, resources: {limits: {memory: lots}}}\n"));

        Assert.AreEqual("""
            a.error.yaml(3,1) KTR4051: a ConfigMap has no field datta (did you mean 'data'?), so nothing could ever match this assertion, and it would always pass. Remove it or correct its name.
            b.assert.yaml(4,13) KTR4052: spec.replicas of a Deployment is a whole number, and here it is "2", so this assertion could never hold. Correct the value.
            b.assert.yaml(8,50) KTR4052: spec.template.spec.containers[0].resources.limits.memory of a Deployment is a quantity such as 500m or 1Gi, and here it is "lots", so this assertion could never hold. Correct the value.
            """, refusal);
    }

    [TestMethod]
    [Timeout(300_000)]
    [TestCategory("not-on-the-engine")] // It has no custom kinds.
    public async Task FieldsOfAKindThatComesDuringTheRunAreHeldToItsSchema()
    {
        await using var cluster = TestCluster.Open();
        var group = $"{TestCluster.NewRunId()}.example.com";
        var definitions = (await cluster.Admin.FindResourceAsync(new("apiextensions.k8s.io", "v1", "CustomResourceDefinition"), CancellationToken.None))!;
        await using var run = await ClusterRun.ApplyAsync(ClusterRun.Settings, Test("exit 0"), ("late.error.yaml", $"apiVersion: {group}/v1\nkind: Late\nspec:\n  colur: blue\n"));
        await cluster.Admin.CreateAsync(definitions, null, Yaml.Object($$$"""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: lates.{{{group}}}}
            spec:
              group: {{{group}}}
              scope: Namespaced
              names: {kind: Late, plural: lates, singular: late, listKind: LateList}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {colour: {type: string} } } } } }
            """), CancellationToken.None);
        try
        {
            // The server computes its schema some time after the definition.
            while (await cluster.Admin.FindSchemaAsync(new(group, "v1", "Late"), CancellationToken.None) is null)
                cluster.Admin.RefreshDiscovery();
            await run.WaitAsync();

            await run.AssertAsync(run.Recorded());
        }
        finally
        {
            await cluster.Admin.DeleteAsync(new(definitions, null, $"lates.{group}"), new(), CancellationToken.None);
        }

        Assert.AreSequenceEqual(["late.error.yaml(4) KTR4051"], run.Failures, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task WhatWasAppliedMatchesItself()
    {
        const string Server = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: server, annotations: {note: "010"}}
            spec:
              selector: {matchLabels: {app: server}}
              template:
                metadata: {labels: {app: server}}
                spec:
                  terminationGracePeriodSeconds: 0
                  volumes: [{name: scratch, emptyDir: {sizeLimit: 1024Mi}}]
                  containers:
                    - name: web
                      image: BUSYBOX
                      command: [sleep, "600"]
                      resources: {limits: {cpu: 1000m, memory: 65536Ki}}
                      env: [{name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1000m}}}]
            """;

        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, Test("exit 0"),
            ("server.yaml", Server), ("server.assert.yaml", Server), ("note.error.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {annotations: {note: \"10\"}}\n"),
            ("db.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: sw0rdfish-9}\n"),
            ("db.assert.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: sw0rdfish-9}\n"));

        Assert.IsTrue(run.Verdict.Passed, run.All);
    }

    [TestMethod]
    [Timeout(300_000)]
    public async Task WhatGoesAwayWithinItsTimeIsNoError()
    {
        await using var run = await ClusterRun.JudgeAsync(ClusterRun.Settings, Test("exit 0"),
            ("brief.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: brief, annotations: {kontrakt/wait: \"false\"}}\nspec: {restartPolicy: Never, containers: [{name: main, image: BUSYBOX, command: [sleep, \"8\"]}]}\n"),
            ("brief.error.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: brief, annotations: {kontrakt/timeout: 2m}}\nstatus: {phase: Running}\n"),
            ("brief.assert.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: brief, annotations: {kontrakt/timeout: 2m}}\nspec: {restartPolicy: Never}\n"));

        Assert.IsTrue(run.Verdict.Passed, run.All);
    }
}
