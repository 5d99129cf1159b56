using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Registry;

/// <summary>What there is can be asked for: repositories, tags, and what is said of an image.</summary>
[TestClass]
public sealed class Lists
{
    private static readonly string[] Tags = ["1", "10", "2", "V", "_", "a", "latest"];

    [TestMethod, Timeout(120_000)]
    public async Task OfTagsComeInPages()
    {
        await using var registry = await RegistryHost.StartAsync();
        await TagAsync(registry);

        var all = await registry.Http.GetFromJsonAsync<JsonObject>("/v2/app/tags/list");
        using var page = await registry.Http.GetAsync("/v2/app/tags/list?n=2&last=10");
        using var none = await registry.Http.GetAsync("/v2/app/tags/list?n=0");
        using var unknown = await registry.Http.GetAsync("/v2/none/tags/list");
        using var wrong = await registry.Http.GetAsync("/v2/app/tags/list?n=-1");

        Assert.AreEqual($$"""{"name":"app","tags":[{{string.Join(',', Tags.Select(tag => $"\"{tag}\""))}}]}""", all!.ToJsonString());
        Assert.AreEqual("""{"name":"app","tags":["2","V"]}""", await page.Content.ReadAsStringAsync());
        Assert.AreEqual("</v2/app/tags/list?n=2&last=V>; rel=\"next\"", page.Headers.GetValues("Link").Single());
        Assert.AreEqual("""{"name":"app","tags":[]}""", await none.Content.ReadAsStringAsync());
        Assert.IsFalse(none.Headers.Contains("Link"));
        Assert.AreEqual("404 NAME_UNKNOWN", await Pushed.RefusalAsync(unknown));
        Assert.AreEqual("400 UNSUPPORTED", await Pushed.RefusalAsync(wrong));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfRepositoriesAreSorted()
    {
        await using var registry = await RegistryHost.StartAsync();
        foreach (var repository in new[] { "b", "a/z", "a-b/c", "a", "a/b/c" })
            await Pushed.ImageAsync(registry, repository, "1", "layer");

        using var first = await registry.Http.GetAsync("/v2/_catalog?n=3");
        using var second = await registry.Http.GetAsync(first.Headers.GetValues("Link").Single().Split('<', '>')[1]);

        Assert.AreEqual("""{"repositories":["a","a-b/c","a/b/c"]}""", await first.Content.ReadAsStringAsync());
        Assert.AreEqual("""{"repositories":["a/z","b"]}""", await second.Content.ReadAsStringAsync());
        Assert.IsFalse(second.Headers.Contains("Link"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfReferrersNameWhatIsSaidOfAnImage()
    {
        await using var registry = await RegistryHost.StartAsync();
        var image = await Pushed.ImageAsync(registry, "app", "1", "layer");
        var signature = await Pushed.ImageAsync(registry, "app", "", "signature", image.Descriptor, "application/x.signature");
        var bill = await Pushed.ImageAsync(registry, "app", "bill", "bill", image.Descriptor);

        var all = await ReferrersAsync(registry, image.Digest, "");
        var some = await ReferrersAsync(registry, image.Digest, "?artifactType=application/x.signature");
        var none = await ReferrersAsync(registry, Digest.Sha256("unknown"u8), "");
        using var put = await Pushed.PutAsync(registry, "app", "bill", bill);

        CollectionAssert.AreEquivalent(new[] { signature.Digest, bill.Digest }, all.Index.Manifests.Select(manifest => manifest.Digest).ToArray());
        Assert.AreEqual(MediaTypes.OciConfig, all.Index.Manifests.Single(manifest => manifest.Digest == bill.Digest).ArtifactType);
        Assert.AreEqual(signature.Descriptor with { ArtifactType = "application/x.signature" }, some.Index.Manifests.Single());
        Assert.AreEqual(("", "artifactType"), (all.Filters, some.Filters));
        Assert.AreEqual(0, none.Index.Manifests.Count);
        Assert.AreEqual(image.Digest.ToString(), put.Headers.GetValues("OCI-Subject").Single());
    }

    [TestMethod, Timeout(120_000)]
    public async Task ForgetWhatIsDeleted()
    {
        await using var registry = await RegistryHost.StartAsync();
        var image = await Pushed.ImageAsync(registry, "deep/app", "1", "layer");
        var bill = await Pushed.ImageAsync(registry, "deep/app", "", "bill", image.Descriptor);

        using var one = await registry.Http.DeleteAsync($"/v2/deep/app/manifests/{bill.Digest}");
        Assert.AreEqual(0, (await ReferrersAsync(registry, image.Digest, "", "deep/app")).Index.Manifests.Count);
        using var two = await registry.Http.DeleteAsync($"/v2/deep/app/manifests/{image.Digest}");

        Assert.AreEqual("""{"repositories":[]}""", await registry.Http.GetStringAsync("/v2/_catalog"));
        Assert.AreEqual(0, Directory.GetFileSystemEntries(Path.Combine(registry.Store.Options.Directory, "repositories")).Length);
    }

    private static async Task TagAsync(RegistryHost registry)
    {
        var image = await Pushed.ImageAsync(registry, "app", "1", "layer");
        foreach (var tag in Tags)
            await Pushed.ManifestAsync(registry, "app", tag, image);
    }

    private static async Task<(ImageIndex Index, string Filters)> ReferrersAsync(RegistryHost registry, Digest subject, string query, string repository = "app")
    {
        using var response = await registry.Http.GetAsync($"/v2/{repository}/referrers/{subject}{query}");
        Assert.AreEqual((200, MediaTypes.OciIndex), ((int)response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        return (ImageIndex.Parse(new(MediaTypes.OciIndex, await response.Content.ReadAsByteArrayAsync())), response.Headers.TryGetValues("OCI-Filters-Applied", out var filters) ? filters.Single() : "");
    }
}
