using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Registry;

/// <summary>A manifest stands when all it refers to is there, and is found by tag and by digest.</summary>
[TestClass]
public sealed class Manifests
{
    [TestMethod, Timeout(120_000)]
    public async Task AreFoundByTagAndDigest()
    {
        await using var registry = await RegistryHost.StartAsync();
        var image = await Pushed.ImageAsync(registry, "team/app", "v1", "layer");

        foreach (var reference in new[] { "v1", image.Digest.ToString() })
        {
            using var response = await registry.Http.GetAsync($"/v2/team/app/manifests/{reference}");
            using var head = await registry.Http.SendAsync(new(HttpMethod.Head, $"/v2/team/app/manifests/{reference}"));

            CollectionAssert.AreEqual(image.Bytes.ToArray(), await response.Content.ReadAsByteArrayAsync());
            Assert.AreEqual(MediaTypes.OciManifest, response.Content.Headers.ContentType!.ToString());
            Assert.AreEqual(image.Digest.ToString(), head.Headers.GetValues("Docker-Content-Digest").Single());
            Assert.AreEqual((200, (long)image.Bytes.Length), ((int)head.StatusCode, head.Content.Headers.ContentLength!.Value));
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task MoveTheirTags()
    {
        await using var registry = await RegistryHost.StartAsync();
        var first = await Pushed.ImageAsync(registry, "app", "latest", "one");
        var second = await Pushed.ImageAsync(registry, "app", "latest", "two");

        CollectionAssert.AreEqual(second.Bytes.ToArray(), await registry.Http.GetByteArrayAsync("/v2/app/manifests/latest"));
        CollectionAssert.AreEqual(first.Bytes.ToArray(), await registry.Http.GetByteArrayAsync($"/v2/app/manifests/{first.Digest}"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreKnownByTheDigestTheyWerePutBy()
    {
        await using var registry = await RegistryHost.StartAsync();
        var image = await Pushed.ImageAsync(registry, "app", "1", "layer");
        var sha512 = "sha512:" + Convert.ToHexStringLower(SHA512.HashData(image.Bytes.Span));

        using var put = await Pushed.PutAsync(registry, "app", sha512, image);
        using var other = await Pushed.PutAsync(registry, "app", Digest.Sha256("other"u8).ToString(), image);

        Assert.AreEqual(sha512, put.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.IsTrue(await Pushed.HasAsync(registry, put.Headers.Location!.ToString()));
        Assert.AreEqual("400 DIGEST_INVALID", await Pushed.RefusalAsync(other));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("{", "400 MANIFEST_INVALID")]
    [DataRow("[]", "400 MANIFEST_INVALID")]
    [DataRow("{}", "400 MANIFEST_INVALID")]
    [DataRow("""{"schemaVersion":1,"config":{},"layers":[]}""", "400 MANIFEST_INVALID")]
    [DataRow("""{"schemaVersion":2,"config":7,"layers":[]}""", "400 MANIFEST_INVALID")]
    [DataRow("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", "400 MANIFEST_INVALID")]
    [DataRow("""{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":3},"layers":[]}""", "400 MANIFEST_INVALID")]
    [DataRow("""{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":2},"layers":[]}""", "400 MANIFEST_BLOB_UNKNOWN")]
    public async Task ThatAreNoneAreRefused(string body, string refusal)
    {
        await using var registry = await RegistryHost.StartAsync();
        await Pushed.BlobAsync(registry, "app", "{}");

        using var response = await Pushed.PutAsync(registry, "app", "1", new(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(body)));

        Assert.AreEqual(refusal, await Pushed.RefusalAsync(response));
        Assert.IsFalse(await Pushed.HasAsync(registry, "/v2/app/manifests/1"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfOtherKindsAndTooLargeAreRefused()
    {
        await using var registry = await RegistryHost.StartAsync();

        using var schema1 = await Pushed.PutAsync(registry, "app", "1", new("application/vnd.docker.distribution.manifest.v1+prettyjws", "{}"u8.ToArray()));
        using var large = await registry.Http.PutAsync("/v2/app/manifests/1", new ByteArrayContent(new byte[(4 * 1024 * 1024) + 1]) { Headers = { ContentType = MediaTypeHeaderValue.Parse(MediaTypes.OciManifest) } });

        Assert.AreEqual("400 MANIFEST_INVALID", await Pushed.RefusalAsync(schema1));
        Assert.AreEqual("413 SIZE_INVALID", await Pushed.RefusalAsync(large));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfSeveralMachinesNeedEachOfTheirs()
    {
        await using var registry = await RegistryHost.StartAsync();
        var image = await Pushed.ImageAsync(registry, "app", "", "layer");
        var index = new ImageIndex { Manifests = [image.Descriptor with { Platform = new("linux", "amd64") }] }.ToContent();

        using var put = await Pushed.PutAsync(registry, "app", "all", index);
        using var elsewhere = await Pushed.PutAsync(registry, "other", "all", index);

        Assert.AreEqual(201, (int)put.StatusCode);
        Assert.AreEqual("400 MANIFEST_BLOB_UNKNOWN", await Pushed.RefusalAsync(elsewhere));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreDeletedByDigestWithTheirTagsAndByTagAlone()
    {
        await using var registry = await RegistryHost.StartAsync();
        var image = await Pushed.ImageAsync(registry, "app", "1", "layer");
        await Pushed.ManifestAsync(registry, "app", "2", image);
        await Pushed.ImageAsync(registry, "app", "other", "other");

        using var tag = await registry.Http.DeleteAsync("/v2/app/manifests/1");
        Assert.AreEqual(202, (int)tag.StatusCode);
        Assert.IsFalse(await Pushed.HasAsync(registry, "/v2/app/manifests/1"));
        Assert.IsTrue(await Pushed.HasAsync(registry, "/v2/app/manifests/2"));

        using var manifest = await registry.Http.DeleteAsync($"/v2/app/manifests/{image.Digest}");
        using var again = await registry.Http.DeleteAsync($"/v2/app/manifests/{image.Digest}");
        Assert.AreEqual(202, (int)manifest.StatusCode);
        Assert.AreEqual("404 MANIFEST_UNKNOWN", await Pushed.RefusalAsync(again));
        Assert.IsFalse(await Pushed.HasAsync(registry, "/v2/app/manifests/2"));
        Assert.IsTrue(await Pushed.HasAsync(registry, "/v2/app/manifests/other"));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("GET", "/v2/none/manifests/1", "404 NAME_UNKNOWN")]
    [DataRow("GET", "/v2/app/manifests/none", "404 MANIFEST_UNKNOWN")]
    [DataRow("GET", "/v2/app/manifests/-none", "400 MANIFEST_INVALID")]
    [DataRow("GET", "/v2/app/manifests/sha256:baddigeststring", "400 DIGEST_INVALID")]
    [DataRow("GET", "/v2/App/manifests/1", "400 NAME_INVALID")]
    [DataRow("GET", "/v2/a/%2e%2e/b/manifests/1", "404 NAME_UNKNOWN")]
    [DataRow("GET", "/v2/a%2f..%2fb/manifests/1", "400 NAME_INVALID")]
    [DataRow("GET", "/v2/_manifests/manifests/1", "400 NAME_INVALID")]
    [DataRow("GET", "/v2/app:1/manifests/1", "400 NAME_INVALID")]
    [DataRow("GET", "/v2/a//b/manifests/1", "400 NAME_INVALID")]
    [DataRow("POST", "/v2/app/manifests/1", "405 UNSUPPORTED")]
    [DataRow("GET", "/v2/app/other", "404 UNSUPPORTED")]
    public async Task ThatCannotBeAreSaidSo(string method, string path, string refusal)
    {
        await using var registry = await RegistryHost.StartAsync();
        await Pushed.ImageAsync(registry, "app", "1", "layer");

        using var response = await registry.Http.SendAsync(new(new(method), path));

        Assert.AreEqual(refusal, await Pushed.RefusalAsync(response));
    }
}
