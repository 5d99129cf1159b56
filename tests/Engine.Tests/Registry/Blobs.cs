using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Registry;

/// <summary>Blobs come in whole, in pieces, after an interruption, or not at all; and go out whole or in part.</summary>
[TestClass]
public sealed class Blobs
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];

    [TestMethod, Timeout(120_000)]
    [DataRow("sha256")]
    [DataRow("sha512")]
    public async Task ComeInOneRequestOrTwo(string algorithm)
    {
        await using var registry = await RegistryHost.StartAsync();
        foreach (var content in new[] { Content, [] })
        {
            var digest = algorithm == "sha256" ? Digest.Sha256(content) : Digest.Parse("sha512:" + Convert.ToHexStringLower(SHA512.HashData(content)));

            using var once = await registry.Http.PostAsync($"/v2/a/b/blobs/uploads/?digest={digest}", new ByteArrayContent(content));
            using var began = await registry.Http.PostAsync("/v2/a/b/blobs/uploads/", null);
            using var twice = await registry.Http.PutAsync($"{began.Headers.Location}?digest={Uri.EscapeDataString(digest.ToString())}", new ByteArrayContent(content));

            Assert.AreEqual((201, 202, 201), ((int)once.StatusCode, (int)began.StatusCode, (int)twice.StatusCode));
            Assert.AreEqual($"/v2/a/b/blobs/{digest}", once.Headers.Location!.ToString());
            Assert.AreEqual(digest.ToString(), twice.Headers.GetValues("Docker-Content-Digest").Single());
            CollectionAssert.AreEqual(content, await registry.Http.GetByteArrayAsync($"/v2/a/b/blobs/{digest}"));
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task ComeInChunksInTheirOrderOnly()
    {
        await using var registry = await RegistryHost.StartAsync();
        var upload = await BeginAsync(registry);

        using var first = await PatchAsync(registry, upload, 0, 100_000);
        using var wrong = await PatchAsync(registry, upload, 200_000, 100_000);
        using var again = await PatchAsync(registry, upload, 0, 100_000);
        using var status = await registry.Http.GetAsync(upload);
        using var second = await PatchAsync(registry, upload, 100_000, 100_000);
        using var last = await FinishAsync(registry, upload, Digest.Sha256(Content), 200_000);

        Assert.AreEqual((202, "0-99999"), ((int)first.StatusCode, Range(first)));
        Assert.AreEqual("416 BLOB_UPLOAD_INVALID", await Pushed.RefusalAsync(wrong));
        Assert.AreEqual("0-99999", Range(wrong));
        Assert.AreEqual("416 BLOB_UPLOAD_INVALID", await Pushed.RefusalAsync(again));
        Assert.AreEqual((204, "0-99999"), ((int)status.StatusCode, Range(status)));
        Assert.AreEqual((202, "0-199999"), ((int)second.StatusCode, Range(second)));
        Assert.AreEqual(201, (int)last.StatusCode);
        CollectionAssert.AreEqual(Content, await registry.Http.GetByteArrayAsync($"/v2/app/blobs/{Digest.Sha256(Content)}"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task GoOnAfterALostConnection()
    {
        await using var registry = await RegistryHost.StartAsync();
        var upload = await BeginAsync(registry);
        using (var line = new TcpClient())
        {
            await line.ConnectAsync(IPEndPoint.Parse(registry.Host));
            await line.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"PATCH {upload} HTTP/1.1\r\nHost: {registry.Host}\r\nContent-Length: {Content.Length}\r\n\r\n"));
            await line.GetStream().WriteAsync(Content.AsMemory(0, Content.Length - 1000));
            // What has not been taken when the connection breaks is lost with it.
            for (var taken = registry.Store.Uploads.Find("app", upload.Split('/')[^1]); taken.Offset == 0;)
                await Task.Yield();
        }

        using var status = await registry.Http.GetAsync(upload);
        var arrived = int.Parse(Range(status).Split('-')[1], System.Globalization.CultureInfo.InvariantCulture) + 1;
        using var rest = await PatchAsync(registry, upload, arrived, Content.Length - arrived);
        using var last = await FinishAsync(registry, upload, Digest.Sha256(Content), Content.Length);

        Assert.IsTrue(arrived is > 200_000 and < 300_000, $"{arrived} bytes arrived");
        Assert.AreEqual((202, 201), ((int)rest.StatusCode, (int)last.StatusCode));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfAnotherDigestAreRefusedAndForgotten()
    {
        await using var registry = await RegistryHost.StartAsync();
        var other = Digest.Sha256("other"u8);
        var upload = await BeginAsync(registry);

        using var once = await registry.Http.PostAsync($"/v2/app/blobs/uploads/?digest={other}", new ByteArrayContent(Content));
        using var twice = await registry.Http.PutAsync($"{upload}?digest={other}", new ByteArrayContent(Content));
        using var gone = await registry.Http.GetAsync(upload);
        using var none = await registry.Http.PutAsync(await BeginAsync(registry), new ByteArrayContent(Content));

        Assert.AreEqual("400 DIGEST_INVALID", await Pushed.RefusalAsync(once));
        Assert.AreEqual("400 DIGEST_INVALID", await Pushed.RefusalAsync(twice));
        Assert.AreEqual("404 BLOB_UPLOAD_UNKNOWN", await Pushed.RefusalAsync(gone));
        Assert.AreEqual("400 DIGEST_INVALID", await Pushed.RefusalAsync(none));
        Assert.IsFalse(await Pushed.HasAsync(registry, $"/v2/app/blobs/{other}"));
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("x-y", "400 BLOB_UPLOAD_INVALID")]
    [DataRow("9-1", "400 BLOB_UPLOAD_INVALID")]
    [DataRow("0-99999999999999999999", "400 BLOB_UPLOAD_INVALID")]
    [DataRow("0-5", "400 SIZE_INVALID")]
    [DataRow("0-500000", "400 SIZE_INVALID")]
    public async Task WithARangeThatCannotBeAreRefused(string range, string refusal)
    {
        await using var registry = await RegistryHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, await BeginAsync(registry)) { Content = new ByteArrayContent(Content) };
        request.Content.Headers.TryAddWithoutValidation("Content-Range", range);

        using var response = await registry.Http.SendAsync(request);

        Assert.AreEqual(refusal, await Pushed.RefusalAsync(response));
    }

    [TestMethod, Timeout(120_000)]
    public async Task GivenUpAreForgotten()
    {
        await using var registry = await RegistryHost.StartAsync();
        var upload = await BeginAsync(registry);
        using var part = await PatchAsync(registry, upload, 0, 1000);

        using var given = await registry.Http.DeleteAsync(upload);
        using var again = await registry.Http.DeleteAsync(upload);
        using var elsewhere = await registry.Http.GetAsync((await BeginAsync(registry)).Replace("/v2/app/", "/v2/other/", StringComparison.Ordinal));

        Assert.AreEqual(204, (int)given.StatusCode);
        Assert.AreEqual("404 BLOB_UPLOAD_UNKNOWN", await Pushed.RefusalAsync(again));
        Assert.AreEqual("404 BLOB_UPLOAD_UNKNOWN", await Pushed.RefusalAsync(elsewhere));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreMountedWhereTheStoreHasThem()
    {
        await using var registry = await RegistryHost.StartAsync();
        var blob = await Pushed.BlobAsync(registry, "one", Content);

        using var mounted = await registry.Http.PostAsync($"/v2/two/blobs/uploads/?mount={blob.Digest}&from=one", null);
        using var unknown = await registry.Http.PostAsync($"/v2/two/blobs/uploads/?mount={Digest.Sha256("unknown"u8)}&from=one", null);

        Assert.AreEqual((201, $"/v2/two/blobs/{blob.Digest}"), ((int)mounted.StatusCode, mounted.Headers.Location!.ToString()));
        Assert.AreEqual(202, (int)unknown.StatusCode);
        Assert.IsTrue(await Pushed.HasAsync(registry, $"/v2/two/blobs/{blob.Digest}"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task OfOneDigestComeFromManyAtOnce()
    {
        await using var registry = await RegistryHost.StartAsync();

        var blobs = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Pushed.BlobAsync(registry, $"r{i}", Content)));

        CollectionAssert.AreEqual(Content, await registry.Http.GetByteArrayAsync($"/v2/r7/blobs/{blobs[0].Digest}"));
        Assert.AreEqual(0, Directory.GetFiles(Path.Combine(registry.Store.Options.Directory, "uploads")).Length);
    }

    [TestMethod, Timeout(120_000)]
    [DataRow("bytes=500-1499", 206, 500, 1000, "bytes 500-1499/300000")]
    [DataRow("bytes=299000-", 206, 299_000, 1000, "bytes 299000-299999/300000")]
    [DataRow("bytes=-1000", 206, 299_000, 1000, "bytes 299000-299999/300000")]
    [DataRow("bytes=299000-900000", 206, 299_000, 1000, "bytes 299000-299999/300000")]
    [DataRow("bytes=-900000", 206, 0, 300_000, "bytes 0-299999/300000")]
    [DataRow("bytes=0-0,5-9", 200, 0, 300_000, "")]
    [DataRow("lines=1-2", 200, 0, 300_000, "")]
    [DataRow("bytes=500-0", 416, 0, 0, "bytes */300000")]
    [DataRow("bytes=300000-", 416, 0, 0, "bytes */300000")]
    [DataRow("bytes=-0", 416, 0, 0, "bytes */300000")]
    public async Task GoOutInPart(string range, int status, int from, int length, string contentRange)
    {
        await using var registry = await RegistryHost.StartAsync();
        var blob = await Pushed.BlobAsync(registry, "app", Content);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/app/blobs/{blob.Digest}");
        request.Headers.TryAddWithoutValidation("Range", range);

        using var response = await registry.Http.SendAsync(request);

        Assert.AreEqual(status, (int)response.StatusCode);
        Assert.AreEqual(contentRange, response.Content.Headers.ContentRange?.ToString() ?? "");
        if (status != 416)
            CollectionAssert.AreEqual(Content[from..(from + length)], await response.Content.ReadAsByteArrayAsync());
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreKnownByTheirHeaders()
    {
        await using var registry = await RegistryHost.StartAsync();
        var blob = await Pushed.BlobAsync(registry, "app", Content);

        using var head = await registry.Http.SendAsync(new(HttpMethod.Head, $"/v2/app/blobs/{blob.Digest}"));
        using var unknown = await registry.Http.GetAsync($"/v2/app/blobs/{Digest.Sha256("unknown"u8)}");
        using var none = await registry.Http.GetAsync("/v2/app/blobs/sha256:abc");

        Assert.AreEqual((200, 300_000L), ((int)head.StatusCode, head.Content.Headers.ContentLength!.Value));
        Assert.AreEqual(blob.Digest.ToString(), head.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.AreEqual("404 BLOB_UNKNOWN", await Pushed.RefusalAsync(unknown));
        Assert.AreEqual("400 DIGEST_INVALID", await Pushed.RefusalAsync(none));
    }

    [TestMethod, Timeout(120_000)]
    public async Task AreDeletedUnlessAnImageNeedsThem()
    {
        await using var registry = await RegistryHost.StartAsync();
        var free = await Pushed.BlobAsync(registry, "app", Content);
        var image = await Pushed.ImageAsync(registry, "app", "1", "layer");
        var needed = Digest.Sha256("layer"u8);

        using var deleted = await registry.Http.DeleteAsync($"/v2/app/blobs/{free.Digest}");
        using var again = await registry.Http.DeleteAsync($"/v2/app/blobs/{free.Digest}");
        using var refused = await registry.Http.DeleteAsync($"/v2/app/blobs/{needed}");

        Assert.AreEqual(202, (int)deleted.StatusCode);
        Assert.AreEqual("404 BLOB_UNKNOWN", await Pushed.RefusalAsync(again));
        StringAssert.Contains(await refused.Content.ReadAsStringAsync(), $"app@{image.Digest}");
        Assert.AreEqual("405 UNSUPPORTED", await Pushed.RefusalAsync(refused));
    }

    private static async Task<string> BeginAsync(RegistryHost registry)
    {
        using var began = await registry.Http.PostAsync("/v2/app/blobs/uploads/", null);
        return began.Headers.Location!.ToString();
    }

    private static Task<HttpResponseMessage> PatchAsync(RegistryHost registry, string upload, int from, int count) => SendAsync(registry, HttpMethod.Patch, upload, from, count);

    private static Task<HttpResponseMessage> FinishAsync(RegistryHost registry, string upload, Digest digest, int from) =>
        SendAsync(registry, HttpMethod.Put, $"{upload}?digest={digest}", from, Content.Length - from);

    private static async Task<HttpResponseMessage> SendAsync(RegistryHost registry, HttpMethod method, string target, int from, int count)
    {
        using var request = new HttpRequestMessage(method, target) { Content = new ByteArrayContent(Content, from, count) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (count > 0)
            request.Content.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{from + count - 1}");
        return await registry.Http.SendAsync(request);
    }

    private static string Range(HttpResponseMessage response) => response.Headers.TryGetValues("Range", out var values) ? values.Single() : "";
}
