using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Manifests;

[TestClass]
public sealed class Reading
{
    private const string Test = "apiVersion: v1\nkind: Pod\nmetadata: {name: t, labels: {kontrakt: test}}\nspec: {containers: [{name: t, image: x}]}\n---\n";

    private static KontraktManifests Read(TempFolder root, params (string Name, string Text)[] files) =>
        ManifestReader.Read(new("k", root.Path, [.. files.Select(file => root.Write(file.Name, file.Text))], null));

    private static string Errors(params (string Name, string Text)[] files)
    {
        using var root = new TempFolder();
        var error = Assert.ThrowsExactly<KontraktException>(() => Read(root, files));
        return string.Join("; ", error.Diagnostics.Select(diagnostic =>
            $"{Path.GetFileName(diagnostic.Location!.File)}({diagnostic.Location.Line},{diagnostic.Location.Column}) {diagnostic.Code}"));
    }

    [TestMethod, Timeout(60_000)]
    public void ExpandsListsWithTheirPlaces()
    {
        using var root = new TempFolder();

        var read = Read(root, ("a.yaml", Test + "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n"));

        Assert.AreEqual("pod/t configmap/a configmap/b", string.Join(' ', read.Objects.Select(item => item.Title)));
        Assert.AreEqual((12, 11), (read.Objects[1].Locate("metadata", "name").Line, read.Objects[1].Locate("metadata", "name").Column));
        Assert.AreEqual((16, 5), (read.Objects[2].Locate("data").Line, read.Objects[2].Locate("data").Column));
    }

    [TestMethod, Timeout(60_000)]
    public void KnowsAssertionsByTheirFileNames()
    {
        using var root = new TempFolder();

        var read = Read(root, ("a.assert.yaml", "apiVersion: v1\nkind: Pod\nstatus: {phase: Running}"), ("b.ERROR.yml", "apiVersion: v1\nkind: Event\ntype: Warning"), ("c.assert.json", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"}}"""));

        Assert.IsEmpty(read.Objects);
        Assert.AreEqual("Assert Assert Error", string.Join(' ', read.Assertions.Select(item => item.Role)));
    }

    [TestMethod, Timeout(60_000)]
    public void AnAssertionOutsideOfTheNamespaceIsAnErrorThatAlsoReadsWellWithoutAName()
    {
        using var root = new TempFolder();

        var error = Assert.ThrowsExactly<KontraktException>(() => Read(root, ("a.yaml", Test), ("a.assert.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {labels: {a: b}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: x}\n")));

        Assert.AreEqual(
            "Namespace is not namespaced, and a kontrakt applies and asserts only what is in its own namespace. Remove it, or move it to what KontraktPrerequisites names: that is on the cluster first.\n"
            + "Pod 'p' names the namespace 'x', and a kontrakt applies and asserts only what is in its own, temporary namespace. Remove metadata.namespace.",
            string.Join('\n', error.Diagnostics.Select(diagnostic => diagnostic.Message)));
    }

    /// <summary>Who comes from another tool has both faults.</summary>
    [TestMethod, Timeout(60_000)]
    public void ReportsWhatIsWrongWithImagesBesideAMissingTest() =>
        Assert.AreEqual("a.yaml(1,1) KTR1006; a.yaml(5,24) KTR1018", Errors(("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{image: 'registry.example/My App:1', name: a}]\n")));

    [TestMethod, Timeout(60_000)]
    public void FindsPodTemplatesAndTheirContainers()
    {
        using var root = new TempFolder();
        var read = Read(root, ("a.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: d}
            spec:
              template:
                metadata:
                  labels: {kontrakt: target}
                spec:
                  initContainers:
                  - name: first
                    image: ./first
                  containers:
                  - name: main
                    image: ./main
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: c}
            spec: {jobTemplate: {spec: {template: {metadata: {labels: {type: kontrakt-test}}, spec: {containers: []}}}}}
            ---
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: k}
            spec: {template: {metadata: {labels: {kontrakt: readiness}}, spec: {containers: [{image: x}]}}}
            """));

        Assert.AreEqual("Target Test Readiness", string.Join(' ', read.PodTemplates.Select(template => template.Label)));
        var deployment = read.PodTemplates[0];
        Assert.AreEqual("first main", string.Join(' ', deployment.Containers.Select(container => container.Name)));
        Assert.AreEqual((11, 16, 13, 9, 6, 5), (deployment.LocateImage("first").Line, deployment.LocateImage("first").Column,
            deployment.LocateContainer("main").Line, deployment.LocateContainer("main").Column, deployment.LocateContainer("gone").Line, deployment.LocateContainer("gone").Column));
    }

    [TestMethod, Timeout(60_000)]
    public void CollectsImageUsesOnce()
    {
        using var root = new TempFolder();

        var read = Read(root, ("a.yaml", Test + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  image: &i ./api\n  b: {image: *i, c: [{image: *i}]}\n  d: [dotnet://Web, xdotnet://no]\n  e: {image: {x: y}}\n  image2: ./no\n  f: {image: ''}\n"));

        Assert.AreEqual("x ./api dotnet://Web", string.Join(' ', read.Images.Select(use => use.Text)));
        Assert.AreEqual((root.Path, 10, 13), (read.Images[1].Directory, read.Images[1].Location.Line, read.Images[1].Location.Column));
    }

    /// <summary>In an empty namespace nothing exists, whatever an assertion forbids.</summary>
    [TestMethod, Timeout(60_000)]
    public void DoesNotTakeWhatMustNotExistForATestWhereNothingIsApplied()
    {
        const string Forbidden = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";

        Assert.AreEqual("a.error.yaml(1,1) KTR1006", Errors(("a.error.yaml", Forbidden)));
        using var root = new TempFolder();
        Read(root, ("a.error.yaml", Forbidden), ("b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("labels: {kontrakt: tset}", "a.yaml(10,22) KTR1005")]
    [DataRow("labels: {kontrakt: true}", "a.yaml(10,22) KTR1005")]
    [DataRow("labels: {Kontrakt: test}", "a.yaml(10,12) KTR1005")]
    [DataRow("labels: {kontract: target}", "a.yaml(10,12) KTR1005")]
    [DataRow("labels: {type: kontrakt-tests}", "a.yaml(10,18) KTR1005")]
    [DataRow("labels: {kontrakt: target, type: kontrakt-test}", "a.yaml(10,36) KTR1028")]
    [DataRow("namespace: default", "a.yaml(10,14) KTR1016")]
    [DataRow("annotations: {kontrakt/timeot: 1m}", "a.yaml(10,17) KTR1022")]
    [DataRow("annotations: {kontrakt/timeout: 5}", "a.yaml(10,35) KTR1019")]
    [DataRow("annotations: {kontrakt: test}", "a.yaml(10,17) KTR1069")]
    [DataRow("annotations: {kontrakt: tset}", "a.yaml(10,17) KTR1069")]
    [DataRow("annotations: {kontract: readiness}", "a.yaml(10,17) KTR1069")]
    [DataRow("annotations: {type: kontrakt-test}", "a.yaml(10,17) KTR1069")]
    [DataRow("annotations: {kontrakt/test: 'true'}", "a.yaml(10,17) KTR1069")]
    [DataRow("annotations: {Kontrakt/timeout: 1m}", "a.yaml(10,17) KTR1069")]
    [DataRow("annotations: {kontract/timeout: 1m}", "a.yaml(10,17) KTR1069")]
    [DataRow("annotations: {kontrakt.io/timeout: 1m}", "a.yaml(10,17) KTR1069")]
    [DataRow("labels: {kontrakt/test: 'true'}", "a.yaml(10,12) KTR1069")]
    [DataRow("labels: {kontrakt.io/test: 'true'}", "a.yaml(10,12) KTR1069")]
    [DataRow("labels: {kontrakt/after: ready}", "a.yaml(10,12) KTR1069")]
    [DataRow("labels: {Kontrakt/timeout: 1m}", "a.yaml(10,12) KTR1069")]
    [DataRow("annotations: {kontrakt/timeout: 0s}", "a.yaml(10,35) KTR1019")]
    [DataRow("annotations: {kontrakt/wait: no}", "a.yaml(10,32) KTR1019")]
    [DataRow("annotations: {kontrakt/container: 'a, B'}", "a.yaml(10,37) KTR1019")]
    [DataRow("annotations: {kontrakt/container: none-of-its}", "a.yaml(10,37) KTR1019")]
    public void RefusesMetadataThatMeansSomethingElse(string metadata, string expected)
    {
        Assert.AreEqual(expected, Errors(("a.yaml", Test + $"apiVersion: v1\nkind: Pod\nmetadata:\n  name: other\n  {metadata}\n")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("labels: {kontrakt: test}", "a.yaml(11,35) KTR1027")]
    [DataRow("labels: {kontrakt: tset}", "a.yaml(11,35) KTR1005")]
    public void WantsTheLabelNotOnTheJobsOfACronJob(string metadata, string expected)
    {
        Assert.AreEqual(expected, Errors(("a.yaml", Test + $"apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: c}}\nspec:\n  jobTemplate:\n    metadata: {{{metadata}}}\n    spec: {{template: {{spec: {{containers: []}}}}}}\n")));
    }

    [TestMethod, Timeout(60_000)]
    public void LeavesTheMarksOfOthersAlone()
    {
        using var root = new TempFolder();

        var read = Read(root, ("a.yaml", Test + "apiVersion: v1\nkind: Pod\nmetadata:\n  name: other\n  labels: {type: test, kontrakt.io/part: x, kontrakt/run: x, app/test: x}\n  annotations: {contact: test, kontrakt.io/note: x, kontrakt.io: test, type: x, x/timeout: 1m}\n"));

        Assert.HasCount(2, read.PodTemplates);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("labels: {kontrakt: test, x: y}", "labels: {kontrakt: test}", "")]
    [DataRow("labels: {kontrakt: completion}", "labels: {x: y}", "a.yaml(10,22) KTR1027")]
    [DataRow("labels: {kontrakt: completion}", "name: x", "a.yaml(10,22) KTR1027")]
    [DataRow("labels: {kontrakt: test}", "labels: {kontrakt: target}", "a.yaml(10,22) KTR1027")]
    [DataRow("labels: {type: kontrakt-test}", "labels: {}", "a.yaml(10,18) KTR1027")]
    [DataRow("labels: {}", "namespace: other", "a.yaml(14,18) KTR1016")]
    [DataRow("labels: {}", "annotations: {kontrakt/x: y}", "a.yaml(14,21) KTR1022")]
    [DataRow("labels: {}", "annotations: {kontrakt: test}", "a.yaml(14,21) KTR1069")]
    [DataRow("labels: {}", "labels: {kontrakt/timeout: 1m}", "a.yaml(14,16) KTR1069")]
    [DataRow("labels: {kontrakt/test: 'true'}", "labels: {}", "a.yaml(10,12) KTR1069")]
    public void WantsTheLabelOnThePods(string own, string template, string expected)
    {
        var text = Test + $"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\n  {own}\nspec:\n  template:\n    metadata:\n      {template}\n    spec: {{containers: []}}\n";

        if (expected.Length > 0)
            Assert.AreEqual(expected, Errors(("a.yaml", text)));
        else
            using (var root = new TempFolder())
                Assert.HasCount(2, Read(root, ("a.yaml", text)).PodTemplates);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("- a", "a.yaml(6,1) KTR1004")]
    [DataRow("text", "a.yaml(6,1) KTR1004")]
    [DataRow("kind: Pod\nmetadata: {name: a}", "a.yaml(6,1) KTR1004")]
    [DataRow("apiVersion: 1\nkind: Pod\nmetadata: {name: a}", "a.yaml(6,13) KTR1004")]
    [DataRow("apiVersion: v1\nmetadata: {name: a}", "a.yaml(6,1) KTR1004")]
    [DataRow("apiVersion: v1\nkind: Pod\nmetadata: {labels: {}}", "a.yaml(8,11) KTR1004")]
    [DataRow("apiVersion: v1\nkind: Pod\nmetadata: x", "a.yaml(8,11) KTR1004")]
    [DataRow("apiVersion: v1\nkind: Pod", "a.yaml(6,1) KTR1004")]
    [DataRow("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}", "a.yaml(7,7) KTR1015")]
    [DataRow("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}", "a.yaml(7,7) KTR1015")]
    [DataRow("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}", "a.yaml(7,7) KTR1015")]
    [DataRow("apiVersion: v1\nkind: Pod\nmetadata: {name: t}", "a.yaml(8,18) KTR1029")]
    [DataRow("apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {kontrakt: test}}\nspec: {containers: [{name: m, image: x, restartPolicy: Never, restartPolicyRules: [{action: Restart}, {action: RestartAllContainers}]}]}", "a.yaml(9,112) KTR1067")]
    [DataRow("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {kontrakt: completion}}, spec: {initContainers: [{name: m, restartPolicyRules: [{action: Other}]}], containers: [{name: n, image: x}]}}}", "a.yaml(9,127) KTR1067")]
    [DataRow("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {kontrakt: test}}", "a.yaml(8,40) KTR1069")]
    [DataRow("apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {kontrakt: readiness}}", "a.yaml(8,40) KTR1069")]
    [DataRow("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, labels: {type: kontrakt-test}}", "a.yaml(8,36) KTR1069")]
    [DataRow("apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {kontrakt: test}}\nspec: {containers: [{name: m, image: x, livenessProbe: {exec: {command: [x]}}}]}", "a.yaml(9,41) KTR1072")]
    [DataRow("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {kontrakt: completion}}, spec: {containers: [{name: n, image: x, startupProbe: {}}]}}}", "a.yaml(9,103) KTR1072")]
    public void RefusesWhatIsNoObjectOfTheKontrakt(string document, string expected)
    {
        Assert.AreEqual(expected, Errors(("a.yaml", Test + document)));
    }

    [TestMethod, Timeout(60_000)]
    public void RefusesAGeneratedName()
    {
        Assert.AreEqual("a.yaml(8,26) KTR1065", Errors(("a.yaml", Test + "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("00-assert.yaml", "00.assert.yaml")]
    [DataRow("01-Errors.YAML", "01.error.yaml")]
    [DataRow("00-assert-deployment.yml", "00-deployment.assert.yml")]
    [DataRow("errors-more.yaml", "more.error.yaml")]
    [DataRow("assert.yaml", "all.assert.yaml")]
    [DataRow("errors.yml", "all.error.yml")]
    [DataRow("error.json", "all.error.json")]
    [DataRow("assertions.yaml", "all.assert.yaml")]
    [DataRow("x.errors.yaml", "x.error.yaml")]
    [DataRow("x.asserts.json", "x.assert.json")]
    [DataRow("x-assert.yaml", "x.assert.yaml")]
    [DataRow("a.b_ERRORS.yml", "a.b.error.yml")]
    [DataRow("x.error-2.yaml", "x-2.error.yaml")]
    [DataRow("x.error2.yaml", "x2.error.yaml")]
    [DataRow("x.assert.1.yaml", "x.1.assert.yaml")]
    [DataRow("x.Error.prod.yml", "x.prod.error.yml")]
    [DataRow("x.asserts_a.yaml", "x_a.assert.yaml")]
    [DataRow("error.prod.yaml", "prod.error.yaml")]
    public void RefusesTheNamesOfOtherToolsAssertions(string name, string right)
    {
        using var root = new TempFolder();

        var error = Assert.ThrowsExactly<KontraktException>(() => Read(root, ("t.yaml", Test), (name, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: must-not-exist}\n"))).Diagnostics.Single();

        Assert.AreEqual(("KTR1061", root.At(name), 1, 1), (error.Code, error.Location!.File, error.Location.Line, error.Location.Column));
        Assert.Contains($"to '{right}'", error.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("error-page.yaml")]
    [DataRow("assertive.yaml")]
    [DataRow("00-install.yaml")]
    [DataRow("terrors.yaml")]
    [DataRow("x.errored.yaml")]
    [DataRow("error-page.prod.yaml")]
    [DataRow("x-asserter.yml")]
    public void TakesNamesThatMerelyHoldSuchAWord(string name)
    {
        using var root = new TempFolder();

        Assert.HasCount(2, Read(root, ("t.yaml", Test), (name, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")).Objects);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("kuttl.dev/v1beta1", "TestAssert", "kuttl")]
    [DataRow("kuttl.dev/v1beta1", "TestStep", "kuttl")]
    [DataRow("kudo.dev/v1alpha1", "TestSuite", "kuttl")]
    [DataRow("chainsaw.kyverno.io/v1alpha1", "Test", "chainsaw")]
    [DataRow("chainsaw.kyverno.io/v1alpha2", "Configuration", "chainsaw")]
    public void RefusesDocumentsOfOtherTools(string version, string kind, string tool)
    {
        using var root = new TempFolder();

        var error = Assert.ThrowsExactly<KontraktException>(() => Read(root, ("t.yaml", Test), ("b.assert.yaml", $"apiVersion: {version}\nkind: {kind}\ntimeout: 5\n"))).Diagnostics.Single();

        Assert.AreEqual(("KTR1063", 2, 7), (error.Code, error.Location!.Line, error.Location.Column));
        Assert.Contains($"a document of {tool},", error.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("batch/v1", "Job", "completions: 0", "test", "a.yaml(10,16)")]
    [DataRow("batch/v1", "Job", "parallelism: 0", "completion", "a.yaml(10,16)")]
    [DataRow("batch/v1", "Job", "suspend: true", "target", "a.yaml(10,12)")]
    [DataRow("batch/v1", "Job", "suspend: yes", "test", "a.yaml(10,12)")]
    [DataRow("apps/v1", "Deployment", "replicas: 0", "readiness", "a.yaml(10,13)")]
    [DataRow("apps/v1", "StatefulSet", "replicas: 0", "target", "a.yaml(10,13)")]
    [DataRow("apps/v1", "ReplicaSet", "replicas: 0x0", "test", "a.yaml(10,13)")]
    [DataRow("v1", "ReplicationController", "replicas: 0", "readiness", "a.yaml(10,13)")]
    [DataRow("argoproj.io/v1alpha1", "Rollout", "replicas: 0", "target", "a.yaml(10,13)")]
    [DataRow("batch/v1", "Job", "completions: 1", "test", "")]
    [DataRow("batch/v1", "Job", "suspend: false", "test", "")]
    [DataRow("apps/v1", "Deployment", "replicas: 1", "target", "")]
    [DataRow("apps/v1", "Deployment", "replicas: 0", "none", "")]
    public void RefusesALabelOnPodsThatNeverRun(string version, string kind, string field, string label, string expected)
    {
        var labels = label == "none" ? "a: b" : $"kontrakt: {label}";
        var text = Test + $"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: j}}\nspec:\n  {field}\n  template:\n    metadata: {{labels: {{{labels}}}}}\n    spec: {{containers: [{{name: a, image: x}}]}}\n";

        if (expected.Length > 0)
            Assert.AreEqual(expected + " KTR1064", Errors(("a.yaml", text)));
        else
            using (var root = new TempFolder())
                Assert.HasCount(2, Read(root, ("a.yaml", text)).PodTemplates);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {suspend: true, jobTemplate: {spec: {template: {metadata: {labels: {kontrakt: test}}, spec: {containers: []}}}}}", "a.yaml(9,17) KTR1064")]
    [DataRow("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: {spec: {parallelism: 0, template: {metadata: {labels: {kontrakt: test}}, spec: {containers: []}}}}}", "a.yaml(9,42) KTR1064")]
    [DataRow("apiVersion: v1\nkind: PodTemplate\nmetadata: {name: p}\ntemplate: {metadata: {labels: {kontrakt: target}}, spec: {containers: []}}", "a.yaml(7,7) KTR1064")]
    public void RefusesALabelOnPodsThatNothingMakes(string document, string expected)
    {
        Assert.AreEqual(expected, Errors(("a.yaml", Test + document)));
    }

    [TestMethod, Timeout(60_000)]
    public void RefusesImageSourcesInKeys()
    {
        Assert.AreEqual("a.yaml(9,8) KTR1066; a.yaml(10,3) KTR1066",
            Errors(("a.yaml", Test + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {dotnet://app: x,\n  Template://t: [y]}\n")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("{kontrakt: target}")]
    [DataRow("{app: x}")]
    public void WantsSomethingThatDefinesSuccess(string labels)
    {
        Assert.AreEqual("a.yaml(1,1) KTR1006", Errors(("a.yaml", $"apiVersion: v1\nkind: Pod\nmetadata: {{name: a, labels: {labels}}}")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("labels: {kontrakt: tset}", "a.yaml(4,22) KTR1005")]
    [DataRow("namespace: x", "a.yaml(1,1) KTR1006; a.yaml(4,14) KTR1016")]
    public void DoesNotCallAMisspeltTestNone(string metadata, string expected)
    {
        Assert.AreEqual(expected, Errors(("a.yaml", $"apiVersion: v1\nkind: Pod\nmetadata:\n  {metadata}\n  name: a\n")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("completion")]
    [DataRow("readiness")]
    public void TakesCompletionAndReadinessForTests(string label)
    {
        using var root = new TempFolder();

        var read = Read(root, ("a.yaml", Test.Replace("test", label, StringComparison.Ordinal)));

        Assert.HasCount(1, read.PodTemplates);
    }

    [TestMethod, Timeout(60_000)]
    public void ReportsEveryErrorOfEveryFile()
    {
        Assert.AreEqual("a.yaml(1,4) KTR1001; b.yaml(2,1) KTR1002; c.yaml(1,4) KTR1001; d.yaml(2,7) KTR1015; kustomization.yaml(0,0) KTR1017",
            Errors(("a.yaml", "a: @"), ("b.yaml", "a: b\na: c"), ("c.yaml", "a: !x y"), ("d.yaml", "apiVersion: v1\nkind: Node\nmetadata: {name: n}"), ("sub/kustomization.yaml", "resources: []")));
    }

    [TestMethod, Timeout(60_000)]
    public void ReportsAFileThatCannotBeRead()
    {
        using var root = new TempFolder();

        var error = Assert.ThrowsExactly<KontraktException>(() => ManifestReader.Read(new("k", root.Path, [root.At("gone.yaml")], null)));

        Assert.AreEqual("KTR1020", error.Diagnostics.Single().Code, error.Message);
    }

    [TestMethod, Timeout(60_000)]
    public void ShowsAResolvedCopyAsItsSource()
    {
        using var root = new TempFolder();
        var copy = root.Write("copy.yaml", Test);

        var read = ManifestReader.Read(new("k", root.Path, [copy], null), shownAs: _ => "/source.yaml");

        Assert.AreEqual("/source.yaml", read.Objects.Single().Locate().File);
    }
}
