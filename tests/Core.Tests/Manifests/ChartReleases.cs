using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

namespace Kontrakt.Tests.Manifests;

/// <summary>What a release of Helm has and a kontrakt has not: tests, hooks, a namespace with a name.</summary>
[TestClass, OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
public sealed class ChartReleases
{
    [TestMethod, Timeout(60_000)]
    [DataRow("metadata:\n  name: a\n  labels:\n    app: a\n  annotations:\n    \"helm.sh/hook\": test\n", DisplayName = "labels and annotations")]
    [DataRow("metadata:\n  name: a\n  annotations: {helm.sh/hook: test}\n", DisplayName = "no labels")]
    [DataRow("metadata: {name: a, labels: {}, annotations: {helm.sh/hook: \"test-success\"}}\n", DisplayName = "all in one line")]
    public async Task TestsOfAPodAreTests(string metadata)
    {
        var read = await ReadAsync($"apiVersion: v1\nkind: Pod\n{metadata}spec: {{restartPolicy: Never, containers: [{{name: a, image: x}}]}}\n");

        var (template, after) = (read.PodTemplates.Single(), Sequence.Of(read.Objects).Single());
        Assert.AreEqual((KontraktLabel.Test, "pod/a"), (template.Label, template.Manifest.Title));
        Assert.IsNull(after.Names, "it comes after everything that is ready");
    }

    [TestMethod, Timeout(60_000)]
    public async Task TestsOfAJobAreTests()
    {
        var read = await ReadAsync("apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: test\nspec:\n  template:\n    spec: {restartPolicy: Never, containers: [{name: a, image: x}]}\n");

        Assert.AreEqual(KontraktLabel.Test, read.PodTemplates.Single().Label);
        Assert.AreEqual("job/a", Sequence.Of(read.Objects).Single().Manifest.Title);
    }

    [TestMethod, Timeout(60_000)]
    public async Task WhatTestsNeedIsAnObject()
    {
        var read = await ReadAsync("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {helm.sh/hook: test}}\n---\n# Source: shop/templates/test.yaml\n"
            + "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {kontrakt: readiness}, annotations: {helm.sh/hook: test, kontrakt/after: configmap/c}}\nspec: {containers: [{name: a, image: x}]}\n");

        Assert.AreEqual("configmap/c pod/a", string.Join(' ', read.Objects.Select(each => each.Title)));
        Assert.AreEqual((KontraktLabel.Readiness, "configmap/c"), (read.PodTemplates.Single().Label, Sequence.Of(read.Objects).Single().Names!.Single().Title), "what the template itself says stays");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("pre-install")]
    [DataRow("post-install,post-upgrade")]
    [DataRow("test,pre-delete")]
    [DataRow("test-failure")]
    [DataRow("crd-install")]
    public async Task OtherHooksAreRefused(string hook)
    {
        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ReadAsync($"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations:\n    helm.sh/hook: {hook}\n"));

        var only = error.Diagnostics.Single();
        Assert.AreEqual(("KTR1081", 8, 19), (only.Code, only.Location!.Line, only.Location.Column), error.Message);
        Assert.EndsWith("shop-kontrakt.rendered/shop/templates/test.yaml", only.Location.File.Replace('\\', '/'));
        Assert.StartsWith($"job/migrate is a hook of Helm ({hook})", only.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task NamespacesOfObjectsAreTheKontrakts()
    {
        var read = await ReadAsync("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: kontrakt-release-namespace\n  labels: {kontrakt: test}\nspec: {containers: [{name: a, image: x}]}\n---\n# Source: shop/templates/test.yaml\n"
            + "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: kontrakt-release-namespace}\nroleRef: {kind: Role, name: r, apiGroup: rbac.authorization.k8s.io}\nsubjects:\n- kind: ServiceAccount\n  name: s\n  namespace: kontrakt-release-namespace\n");

        Assert.AreEqual("pod/a rolebinding/b", string.Join(' ', read.Objects.Select(each => each.Title)));
        Assert.DoesNotContain("kontrakt-release-namespace", string.Concat(read.Files.Select(file => file.Yaml.Text)));
        Assert.IsNull(read.Objects[1].Object.Json["subjects"]![0]!["namespace"], "the run fills it in");
    }

    [TestMethod, Timeout(60_000)]
    public async Task OtherUsesOfTheNamespaceAreRefused()
    {
        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ReadAsync("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  url: http://db.kontrakt-release-namespace.svc\n  script: |\n    curl db.kontrakt-release-namespace\n"));

        Assert.AreEqual("KTR1082 7; KTR1082 8", string.Join("; ", error.Diagnostics.Select(each => $"{each.Code} {each.Location!.Line}")), error.Message);
    }

    /// <summary>Line 1 and 2 of the file are helm's.</summary>
    private static async Task<KontraktManifests> ReadAsync(string documents)
    {
        using var helm = new HelmStandIn("cat ../output").Printing("---\n# Source: shop/templates/test.yaml\n" + documents);
        return ManifestReader.Read(await helm.RenderAsync());
    }
}
