using System.Text;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Oci.Tests.Infra;
using Microsoft.AspNetCore.Http;
using static Kontrakt.Oci.Tests.Infra.Registries;

namespace Kontrakt.Oci.Tests;

/// <summary>What refers to a manifest: by the referrers API, and by the fallback tag where there is none.</summary>
[TestClass]
public sealed class ReferrerLists
{
    private const string Type = "application/vnd.example.note";
    private const string OtherType = "application/vnd.example.other";

    [TestMethod, Timeout(120_000)]
    public async Task AreKeptUnderTheFallbackTagWhereThereIsNoApi()
    {
        await using var registry = await DockerRegistry.StartAsync();
        using var client = Client();
        var image = ImageReference.Parse($"{registry.Host}/team/app:1");
        var subject = image.WithTag(null).WithDigest((await client.PushImageAsync(image, Noise(100))).Digest);
        Assert.IsEmpty(await Referrers.ListAsync(client, subject, [Type], CancellationToken.None));

        var first = await PushAsync(client, subject, Type, "first");
        var second = await PushAsync(client, subject, Type, "second");
        await PushAsync(client, subject, OtherType, "other");
        await PushAsync(client, subject, Type, "first");

        var listed = await Referrers.ListAsync(client, subject, [Type], CancellationToken.None);
        CollectionAssert.AreEquivalent(new[] { first.Digest, second.Digest }, listed.Select(each => each.Digest).ToArray());
        Assert.AreEqual("first", listed.Single(each => each.Digest == first.Digest).Annotations?["text"]);
        var index = ImageIndex.Parse(await client.GetManifestAsync(image.WithTag($"sha256-{subject.Digest?.Hex}"), CancellationToken.None));
        Assert.HasCount(3, index.Manifests);
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreAskedOfTheApiPageByPageAndNeedNoTag()
    {
        Descriptor[] all = [.. Enumerable.Range(0, 3).Select(at => Blob([(byte)at], MediaTypes.OciManifest) with { ArtifactType = at == 1 ? OtherType : Type })];
        await using var registry = await FakeRegistry.StartAsync(async (context, _) =>
        {
            if (!context.Request.Path.Value!.Contains("/referrers/", StringComparison.Ordinal))
                return false;
            var second = context.Request.Query.ContainsKey("page");
            if (!second)
                context.Response.Headers.Link = $"<{context.Request.Path}?page=2>; rel=\"next\"";
            context.Response.ContentType = MediaTypes.OciIndex;
            await context.Response.Body.WriteAsync(new ImageIndex { Manifests = second ? all[2..] : all[..2] }.ToContent().Bytes);
            return true;
        });
        using var client = Client();
        var image = registry.Image("app:1");
        var subject = image.WithTag(null).WithDigest((await client.PushImageAsync(image, Noise(10))).Digest);

        await PushAsync(client, subject, Type, "text");
        var listed = await Referrers.ListAsync(client, subject, [Type], CancellationToken.None);

        CollectionAssert.AreEqual(new[] { all[0].Digest, all[2].Digest }, listed.Select(each => each.Digest).ToArray());
        Assert.AreEqual(0, registry.Count("PUT", "sha256-"), "a fallback tag beside the API");
    }

    [TestMethod, Timeout(120_000)]
    public async Task HoldWhatIsListedWithoutATypeOfItsOwn()
    {
        Descriptor[] all = [.. ((string?[])[Type, OtherType, null, "", MediaTypes.OciEmpty]).Select((type, at) => Blob([(byte)at], MediaTypes.OciManifest) with { ArtifactType = type })];
        await using var registry = await AnsweringAsync(async context => await context.Response.Body.WriteAsync(new ImageIndex { Manifests = all }.ToContent().Bytes));
        using var client = Client();

        var listed = await Referrers.ListAsync(client, registry.Image("app").WithDigest(Digest.Sha256([1])), [Type], CancellationToken.None);

        CollectionAssert.AreEqual(new[] { all[0].Digest, all[2].Digest, all[3].Digest, all[4].Digest }, listed.Select(each => each.Digest).ToArray());
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("<html>hello</html>", "text/html")]
    [DataRow("[]", "application/json")]
    [DataRow("{}", MediaTypes.OciIndex)]
    [DataRow("""{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"nonsense","size":1}]}""", MediaTypes.OciIndex)]
    [DataRow("""{"schemaVersion":2,"manifests":{}}""", MediaTypes.OciIndex)]
    public async Task ThatAreNoIndexAreAnErrorOfTheRegistry(string body, string type)
    {
        await using var registry = await AnsweringAsync(async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body);
        });

        await FailsAsync(registry);
    }

    [TestMethod, Timeout(120_000)]
    public async Task ThatDoNotEndAreAnErrorOfTheRegistry()
    {
        await using var registry = await AnsweringAsync(async context =>
        {
            context.Response.Headers.Link = $"<{context.Request.Path}?next={Guid.NewGuid()}>; rel=\"next\"";
            await context.Response.Body.WriteAsync(new ImageIndex { Manifests = [] }.ToContent().Bytes);
        });

        await FailsAsync(registry);
    }

    [TestMethod, Timeout(120_000)]
    public async Task WhoseFallbackTagIsSomethingElseAreAnError()
    {
        await using var registry = await FakeRegistry.StartAsync();
        using var client = Client();
        var image = registry.Image("app:1");
        var subject = image.WithTag(null).WithDigest((await client.PushImageAsync(image, Noise(10))).Digest);
        await client.PushImageAsync(image.WithTag(Referrers.FallbackTag(Digest.Parse(subject.Digest.ToString()!))), Noise(11));

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() => PushAsync(client, subject, Type, "text"));

        Assert.AreEqual(RegistryFault.Corrupt, error.Fault);
    }

    private static async Task FailsAsync(FakeRegistry registry)
    {
        using var client = Client();

        var error = await Assert.ThrowsExactlyAsync<RegistryException>(() =>
            Referrers.ListAsync(client, registry.Image("app").WithDigest(Digest.Sha256([1])), [Type], CancellationToken.None));

        Assert.AreEqual(RegistryFault.Corrupt, error.Fault, error.Message);
    }

    private static Task<FakeRegistry> AnsweringAsync(Func<HttpContext, Task> answer) => FakeRegistry.StartAsync(async (context, _) =>
    {
        await answer(context);
        return true;
    });

    private static async Task<Descriptor> PushAsync(RegistryClient client, ImageReference subject, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        await client.PushAsync(subject, bytes);
        var resolved = await client.ResolveAsync(subject, CancellationToken.None) ?? throw new InvalidOperationException("no subject");
        var manifest = new ImageManifest { ArtifactType = type, Config = Blob(bytes), Layers = [Blob(bytes)], Subject = resolved, Annotations = new Dictionary<string, string> { ["text"] = text } };
        return await Referrers.PushAsync(client, subject, manifest.ToContent(), CancellationToken.None);
    }
}
