using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Rendering;

namespace Kontrakt.Tests.Manifests;

/// <summary>Charts that the helm of this machine renders.</summary>
[TestClass]
public sealed class Charts
{
    private const string Test = "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .Release.Name }}-test\", labels: {kontrakt: test}}\nspec: {containers: [{name: a, image: {{ .Values.image }}}]}\n";

    [TestInitialize]
    public void SkipWithoutHelm()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "helm.exe" : "helm"))))
            Assert.Inconclusive("skipped: helm is not installed");
    }

    [TestMethod, Timeout(120_000)]
    public async Task BecomeAFileForEachTemplate()
    {
        using var root = Chart();
        root.Write("shop-kontrakt/templates/more/config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: \"{{ .Values.b }}\"}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: c}\n");
        root.Write("shop-kontrakt/templates/NOTES.txt", "Thank you\n");
        root.Write("shop-kontrakt/templates/config.assert.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: !cel 'self == \"{{ .Values.b }}\"'}\n");
        root.Write("shop-kontrakt/b.error.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: gone}\n");
        root.Write("shop-kontrakt/values.yaml", "image: ../api\nb: one\n");
        root.Write("shop-kontrakt/a.values.yaml", "b: two\n");
        root.Write("shop-kontrakt/b.values.yaml", "b: three\n");

        var folder = await RenderAsync(root);
        var read = ManifestReader.Read(folder);
        var resolved = await ManifestResolver.ResolveAsync(read, root.At("out/resolved"), new(null, null, (use, _) => use.Directory.Replace('\\', '/') + "/x"), CancellationToken.None);

        Assert.AreEqual("configmap/a pod/shop-test secret/c", string.Join(' ', read.Objects.Select(each => each.Title).Order(StringComparer.Ordinal)));
        Assert.AreEqual("three", read.Objects.Single(each => each.Title == "configmap/a").Object.Text("data", "b"));
        Assert.AreEqual("b.error.yaml shop/templates/config.assert.yaml shop/templates/more/config.yaml shop/templates/test.yaml",
            string.Join(' ', folder.Files.Select(file => folder.PathOf(file).Replace('\\', '/')).Order(StringComparer.Ordinal)));
        Assert.AreEqual(folder.Directory, read.Images.Single().Directory);
        Assert.Contains($"image: {folder.Directory.Replace('\\', '/')}/x", File.ReadAllText(root.At("out/resolved/shop/templates/test.yaml")));
        Assert.HasCount(folder.Files.Count, resolved.Files);
        if (!OperatingSystem.IsWindows())
            foreach (var file in folder.Files.Where(file => !file.StartsWith(folder.Directory, StringComparison.Ordinal)))
                Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), $"{file} may hold values of Secrets");
    }

    [TestMethod, Timeout(120_000)]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task TakeOthersByALink()
    {
        using var root = Chart();
        root.Write("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        root.Write("charts/web/values.yaml", "broken: false\n");
        root.Write("charts/web/templates/test.yaml", "{{ if .Values.broken }}\n{{ .Values.no.thing }}\n{{ end }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Chart.Name }}\", namespace: {{ .Release.Namespace }}}\n");
        Directory.CreateDirectory(root.At("shop-kontrakt/charts"));
        Directory.CreateSymbolicLink(root.At("shop-kontrakt/charts/web"), "../../charts/web");

        var read = ManifestReader.Read(await RenderAsync(root));
        root.Write("shop-kontrakt/a.values.yaml", "web: {broken: true}\n");
        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => RenderAsync(root));

        Assert.AreEqual("configmap/web pod/shop-test", string.Join(' ', read.Objects.Select(each => each.Title).Order(StringComparer.Ordinal)));
        Assert.AreEqual((root.At("shop-kontrakt/charts/web/templates/test.yaml"), 2), (error.Diagnostics.Single().Location!.File, error.Diagnostics.Single().Location!.Line), error.Message);
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithDefinitionsNeedThemOnTheClusterFirst()
    {
        using var root = Chart();
        root.Write("shop-kontrakt/crds/widget.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n");
        root.Write("shop-kontrakt/charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        root.Write("shop-kontrakt/charts/web/crds/gadget.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgets.example.com}\n");

        var read = ManifestReader.Read(await RenderAsync(root));

        var definitions = read.Prerequisites.Single();
        Assert.AreEqual("gadgets.example.com widgets.example.com", string.Join(' ', definitions.Objects.Select(each => each.Object.Name).Order(StringComparer.Ordinal)));
        Assert.IsTrue(definitions.Folder is { IsPrerequisite: true, Of: "shop-kontrakt" });
        Assert.IsTrue(read.Objects.All(each => each.Object.Kind != "CustomResourceDefinition"));
    }

    /// <summary>helm itself leaves such an object out, and ends well.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task WithAHookThatHelmDoesNotKnowAreRefused()
    {
        using var root = Chart();
        root.Write("shop-kontrakt/templates/mistyped.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: other, annotations: {helm.sh/hook: tests}}\nspec: {containers: [{name: a, image: a}]}\n");

        var error = (await Assert.ThrowsExactlyAsync<KontraktException>(() => RenderAsync(root))).Diagnostics.Single();

        Assert.AreEqual((root.At("shop-kontrakt/Chart.yaml"), "KTR1080"), (error.Location!.File, error.Code));
        Assert.Contains("helm leaves out an object", error.Message);
        Assert.Contains("tests", error.Message);
    }

    [TestMethod, Timeout(120_000)]
    public async Task WithoutTheirDependenciesNameTheCommand()
    {
        using var root = Chart();
        root.Write("shop-kontrakt/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: redis, version: '1', repository: 'https://charts.example.com'}]\n");

        var error = (await Assert.ThrowsExactlyAsync<KontraktException>(() => RenderAsync(root))).Diagnostics.Single();

        Assert.AreEqual((root.At("shop-kontrakt/Chart.yaml"), "KTR1080"), (error.Location!.File, error.Code));
        Assert.Contains("helm dependency build", error.Message);
    }

    [TestMethod, Timeout(120_000)]
    public async Task ThatFailShowNoValue()
    {
        using var root = Chart();
        root.Write("shop-kontrakt/templates/bad.yaml", "a: b\nc: {{ range .Values.password }}{{ end }}\n");
        root.Write("shop-kontrakt/a.values.yaml", "password: hunter2-secret\n");

        var error = (await Assert.ThrowsExactlyAsync<KontraktException>(() => RenderAsync(root))).Diagnostics.Single();

        Assert.AreEqual((root.At("shop-kontrakt/templates/bad.yaml"), 2), (error.Location!.File, error.Location.Line), error.Message);
        Assert.DoesNotContain("hunter2", error.Message);
        Assert.Contains("range can't iterate over ***", error.Message);
    }

    /// <summary>With a test that is called as the release.</summary>
    private static TempFolder Chart()
    {
        var root = new TempFolder();
        root.Write("shop-kontrakt/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
        root.Write("shop-kontrakt/values.yaml", "image: ../api\n");
        root.Write("shop-kontrakt/templates/test.yaml", Test);
        return root;
    }

    private static Task<KontraktFolder> RenderAsync(TempFolder root) => ManifestRenderer.RenderAsync(KontraktDiscovery.Discover(root.At("shop-kontrakt")).Single(), root.At("out"), CancellationToken.None);
}
