using Kontrakt.Diagnostics;
using Kontrakt.Manifests;

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

        var rendered = await KustomizeRenderer.RenderAsync(folder, root.At("obj/run"), CancellationToken.None);
        var read = ManifestReader.Read(rendered);
        var resolved = await ManifestResolver.ResolveAsync(rendered, root.At("obj/run/resolved"), new(null, null, (use, _) => use.Directory.Replace('\\', '/') + "/x"), CancellationToken.None);

        Assert.AreEqual("pod/pre-a", string.Join(' ', read.Objects.Select(item => item.Title)));
        Assert.HasCount(1, read.Assertions);
        Assert.AreEqual((folder.Directory, "../api"), (read.Images.Single().Directory, read.Images.Single().Text));
        Assert.Contains($"image: {folder.Directory.Replace('\\', '/')}/x", File.ReadAllText(resolved[rendered.Files[0]]));
    }

    [TestMethod, Timeout(120_000)]
    public async Task SaysWhatTheRendererSays()
    {
        if (!IsInstalled)
            Assert.Inconclusive("skipped: neither kubectl nor kustomize is installed");
        using var root = new TempFolder();
        root.Write("x-kontrakt/kustomization.yaml", "resources: [gone.yaml]\n");
        var folder = KontraktDiscovery.Discover(root.Path).Single();

        var error = await Assert.ThrowsExactlyAsync<KontraktException>(() => KustomizeRenderer.RenderAsync(folder, root.At("out"), CancellationToken.None));

        Assert.AreEqual(("KTR1017", folder.Kustomization), (error.Diagnostics.Single().Code, error.Diagnostics.Single().Location!.File), error.Message);
        Assert.Contains("gone.yaml", error.Message);
    }

    [TestMethod, Timeout(60_000)]
    public async Task LeavesOtherFoldersAlone()
    {
        var folder = new KontraktFolder("x", "/x", ["/x/a.yaml"], null);

        Assert.AreSame(folder, await KustomizeRenderer.RenderAsync(folder, "/out", CancellationToken.None));
    }
}
