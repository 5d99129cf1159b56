using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Manifests;

[TestClass]
public sealed class SelectorsOfServices
{
    private const string Pods = """
        apiVersion: v1
        kind: Pod
        metadata: {name: smoke, labels: {kontrakt: test, app: smoke}}
        spec: {containers: [{name: main, image: x}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api}
        spec:
          selector: {matchLabels: {app: api}}
          template:
            metadata: {labels: {app: api, version: "${kontrakt.sourceReference}"}}
            spec: {containers: [{name: main, image: x}]}
        ---

        """;

    [TestMethod]
    [DataRow("selector: {app: ap}")]
    [DataRow("selector: {app: api, tier: web}")]
    [DataRow("selector: {app: smoke, version: '1'}")]
    public void ThatSelectNoPodAreAWarning(string spec)
    {
        var warning = Check(spec).Single();

        Assert.AreEqual((Severity.Warning, "KTR1074", 19), (warning.Severity, warning.Code, warning.Location?.Line), warning.Message);
        StringAssert.Contains(warning.Message, "service/api selects app=");
        StringAssert.Contains(warning.Message, "Labels of pods here: kontrakt=test, app=smoke; app=api, version=");
    }

    [TestMethod]
    [DataRow("selector: {app: api}")]
    [DataRow("selector: {app: api, version: '1'}", DisplayName = "a value that is not known yet")]
    [DataRow("selector: {app: api, pod-template-hash: x}", DisplayName = "a label that a controller adds")]
    [DataRow("selector: {statefulset.kubernetes.io/pod-name: db-0}", DisplayName = "only one of these")]
    [DataRow("ports: [{port: 80}]", DisplayName = "without a selector")]
    [DataRow("{type: ExternalName, externalName: example.com, selector: {app: other}}", DisplayName = "of another name")]
    [DataRow("selector: {app: other}\n---\napiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: other}", DisplayName = "beside a custom resource of a group under k8s.io")]
    [DataRow("selector: {app: other}\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}", DisplayName = "beside rights: a test may make pods")]
    [DataRow("selector: {app: other}\n---\napiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: other}", DisplayName = "beside a custom resource")]
    public void ThatMaySelectOneAreNot(string spec) => Assert.IsEmpty(Check(spec));

    [TestMethod]
    public void ThatSelectPodsOfASharedNamespaceAreNot() =>
        Assert.IsEmpty(Check("selector: {app: other}", new() { Directory = "/", RunsDirectory = "/", Namespace = "team-a" }));

    private static List<Diagnostic> Check(string spec, KontraktSettings? settings = null)
    {
        using var folder = new TempFolder();
        var file = folder.Write("x-kontrakt/all.yaml", $"{Pods}apiVersion: v1\nkind: Service\nmetadata: {{name: api}}\nspec:\n  {spec}\n");
        return [.. SelectorChecks.Check(ManifestReader.Read(new("x", Path.GetDirectoryName(file)!, [file], null)), settings ?? new() { Directory = "/", RunsDirectory = "/" })];
    }
}
