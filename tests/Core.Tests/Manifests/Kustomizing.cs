using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Manifests.Rendering;

namespace Kontrakt.Tests.Manifests;

[TestClass]
public sealed class Kustomizing
{
    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "kubectl")) || File.Exists(Path.Combine(folder, "kustomize")));

    [TestMethod, Timeout(120_000)]
    public async Task TakesTheListedResourcesOnly()
    {
        if (!IsInstalled)
            Assert.Inconclusive("skipped: neither kubectl nor kustomize is installed");
        using var root = new TempFolder();
        root.Write("x-kontrakt/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: pre-\n");
        root.Write("x-kontrakt/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {kontrakt: test}}\nspec: {containers: [{name: a, image: ../api}]}\n");
        root.Write("x-kontrakt/b.yaml", "this is: not: yaml");
        root.Write("x-kontrakt/a.assert.yaml", "apiVersion: v1\nkind: Pod\n");
        var folder = KontraktDiscovery.Discover(root.Path).Single();

        var rendered = await ManifestRenderer.RenderAsync(folder, root.At("obj/run"), CancellationToken.None);
        var read = ManifestReader.Read(rendered);
        var resolved = await ManifestResolver.ResolveAsync(read, root.At("obj/run/resolved"), new(null, null, (use, _) => use.Directory.Replace('\\', '/') + "/x"), CancellationToken.None);

        Assert.AreEqual("pod/pre-a", string.Join(' ', read.Objects.Select(item => item.Title)));
        Assert.HasCount(1, read.Assertions);
        Assert.AreEqual((folder.Directory, "../api"), (read.Images.Single().Directory, read.Images.Single().Text));
        Assert.Contains($"image: {folder.Directory.Replace('\\', '/')}/x", File.ReadAllText(resolved.Files[0].Path));
        if (!OperatingSystem.IsWindows())
            foreach (var file in new[] { rendered.Files[0], resolved.Files[0].Path })
                Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), $"{file} may hold values of Secrets");
    }

    [TestMethod, Timeout(120_000)]
    public async Task SaysWhatTheRendererSays()
    {
        if (!IsInstalled)
            Assert.Inconclusive("skipped: neither kubectl nor kustomize is installed");
        using var root = new TempFolder();
        root.Write("x-kontrakt/kustomization.yaml", "resources: [gone.yaml]\n");
        var folder = KontraktDiscovery.Discover(root.Path).Single();

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ManifestRenderer.RenderAsync(folder, root.At("out"), CancellationToken.None));

        Assert.AreEqual(("KTR1017", folder.RenderedFrom), (error.Diagnostics.Single().Code, error.Diagnostics.Single().Location!.File), error.Message);
        Assert.Contains("gone.yaml", error.Message);
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("# Warning: 'bases' is deprecated.\n# Warning: x\nError: gone.yaml\n", "Error: gone.yaml")]
    [DataRow("Error: a\n  b.\n", "Error: a\nb")]
    [DataRow("# Warning: nothing else.\n", "# Warning: nothing else")]
    [DataRow("level=INFO msg=\"found symbolic link\"\nError: a\n\nUse --debug flag to render out invalid YAML\n", "Error: a")]
    [DataRow("\n", "it ended with exit code 1 and without a word")]
    public void NamesTheCauseWithoutWarnings(string said, string cause)
    {
        Assert.AreEqual(cause, new RendererOutput(1, "", said).Cause);
    }

    [TestMethod, Timeout(120_000)]
    public async Task RefusesAssertionsAmongTheResources()
    {
        if (!IsInstalled)
            Assert.Inconclusive("skipped: neither kubectl nor kustomize is installed");
        using var root = new TempFolder();
        root.Write("x-kontrakt/kustomization.yaml", "resources:\n- a.yaml\n- x.assert.yaml\n- ../base\n");
        root.Write("x-kontrakt/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {kontrakt: test}}\nspec: {containers: [{name: a, image: x}]}\n");
        root.Write("x-kontrakt/x.assert.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: demanded}\n");
        root.Write("base/kustomization.yaml", "resources: [00-errors.yaml, error-page.yaml]\n");
        root.Write("base/00-errors.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: must-not-exist}\n");
        root.Write("base/error-page.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\n");
        var folder = await ManifestRenderer.RenderAsync(KontraktDiscovery.Discover(root.Path).Single(), root.At("obj/run"), CancellationToken.None);

        var error = Assert.ThrowsExactly<KontraktException>(() => ManifestReader.Read(folder));

        Assert.AreEqual("base/kustomization.yaml(1,13) KTR1061; x-kontrakt/kustomization.yaml(3,3) KTR1062",
            string.Join("; ", error.Diagnostics.Select(each => $"{Path.GetRelativePath(root.Path, each.Location!.File)}({each.Location.Line},{each.Location.Column}) {each.Code}")));
    }

    [TestMethod, Timeout(120_000)]
    public async Task RefusesWhatIsNamedAsOtherToolsAssertionsBesideIt()
    {
        if (!IsInstalled)
            Assert.Inconclusive("skipped: neither kubectl nor kustomize is installed");
        using var root = new TempFolder();
        root.Write("x-kontrakt/kustomization.yaml", "resources: [a.yaml]\nconfigMapGenerator: [{name: c, files: [errors.yaml]}]\n");
        root.Write("x-kontrakt/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {kontrakt: test}}\nspec: {containers: [{name: a, image: x}]}\n");
        root.Write("x-kontrakt/errors.yaml", "E1: a text for people\n");
        root.Write("x-kontrakt/00-assert.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: demanded}\n");
        var folder = await ManifestRenderer.RenderAsync(KontraktDiscovery.Discover(root.Path).Single(), root.At("obj/run"), CancellationToken.None);

        var error = Assert.ThrowsExactly<KontraktException>(() => ManifestReader.Read(folder)).Diagnostics.Single();

        Assert.AreEqual(("KTR1061", root.At("x-kontrakt/00-assert.yaml")), (error.Code, error.Location!.File));
    }

    [TestMethod, Timeout(60_000)]
    public async Task DoesNotChooseBetweenAKustomizationAndAChart()
    {
        using var root = new TempFolder();
        root.Write("x-kontrakt/kustomization.yaml", "resources: [a.yaml]\n");
        root.Write("x-kontrakt/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
        var folder = KontraktDiscovery.Discover(root.Path).Single();

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => ManifestRenderer.RenderAsync(folder, root.At("out"), CancellationToken.None));

        Assert.AreEqual(("KTR1017", root.At("x-kontrakt/kustomization.yaml")), (error.Diagnostics.Single().Code, error.Diagnostics.Single().Location!.File), error.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task LeavesOtherFoldersAlone()
    {
        var folder = new KontraktFolder("x", "/x", ["/x/a.yaml"], null);

        Assert.AreSame(folder, await ManifestRenderer.RenderAsync(folder, "/out", CancellationToken.None));
    }
}
