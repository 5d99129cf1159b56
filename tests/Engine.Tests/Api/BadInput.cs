using System.Net.Http.Headers;
using System.Text;

namespace Engine.Tests.Api;

/// <summary>Whatever is sent, the answer is a Status, and the next request is served.</summary>
[TestClass]
public sealed class BadInput
{
    private const string Maps = "/api/v1/namespaces/ns/configmaps";

    [TestMethod]
    [DataRow("")]
    [DataRow("[]")]
    [DataRow("{\"metadata\":")]
    [DataRow("{\"metadata\":5}")]
    [DataRow("{\"metadata\":{\"name\":5}}")]
    [DataRow("{\"metadata\":{\"name\":\"a\"},\"data\":{\"x\":5}}")]
    [DataRow("{\"metadata\":{\"name\":\"a\"},\"data\":\"x\"}")]
    [DataRow("{\"metadata\":{\"name\":\"a\",\"labels\":[]}}")]
    [DataRow("{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}")]
    [DataRow("{\"kind\":\"ConfigMap\",\"apiVersion\":\"apps/v1\",\"metadata\":{\"name\":\"a\"}}")]
    [DataRow("{\"metadata\":{\"name\":\"a\"},\"data\":{\"x\":\"\\ud800\"}")]
    public async Task ABodyThatIsNoObjectOfTheKindIsABadRequest(string body)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(Maps, body);

        Assert.AreEqual((400, "BadRequest"), (answer.Code, answer.Reason), answer.Text);
    }

    [TestMethod]
    public async Task BytesThatAreNoTextAreABadRequest()
    {
        await using var host = await ApiHost.StartAsync();

        foreach (var bytes in new byte[][] { [0], [0xff, 0xfe, 0xfd], [.. "{\"metadata\":{\"name\":\"a"u8, 0xc3, 0x28, .. "\"}}"u8], [.. "{\"metadata\":{\"name\":\"a\0\"}}"u8] })
        {
            var answer = await SendAsync(host, new ByteArrayContent(bytes));

            Assert.AreEqual(400, answer, Convert.ToHexString(bytes));
        }
    }

    [TestMethod]
    public async Task NestingWithoutEndIsABadRequest()
    {
        await using var host = await ApiHost.StartAsync();

        var json = await host.PostAsync(Maps, new string('[', 100_000));
        var yaml = await host.SendAsync(HttpMethod.Post, Maps, "a: " + new string('[', 100_000), "application/yaml");

        Assert.AreEqual((400, 400), (json.Code, yaml.Code));
    }

    [TestMethod]
    [DataRow("text/plain")]
    [DataRow("application/cbor")]
    [DataRow("application/merge-patch+json")]
    public async Task ABodyOfAnotherTypeIsNotRead(string type)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync(HttpMethod.Post, Maps, """{"metadata":{"name":"a"}}""", type);

        Assert.AreEqual((415, "UnsupportedMediaType"), (answer.Code, answer.Reason));
    }

    [TestMethod]
    public async Task APatchOfAnotherTypeIsNotRead()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(Maps, """{"metadata":{"name":"a"}}""");

        Assert.AreEqual(415, (await host.SendAsync(HttpMethod.Patch, $"{Maps}/a", "{}")).Code);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task FiftyMegabytesAreCutOffEarly()
    {
        await using var host = await ApiHost.StartAsync();
        using var body = new CountingStream(50 * 1024 * 1024);
        using var request = new HttpRequestMessage(HttpMethod.Post, Maps) { Content = new StreamContent(body) };
        request.Headers.Authorization = new("Bearer", host.Token);
        request.Headers.ExpectContinue = false;
        request.Headers.TransferEncodingChunked = true;

        try
        {
            using var response = await host.Http.SendAsync(request);
            Assert.AreEqual(413, (int)response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The connection is closed while we still send.
        }

        Assert.IsTrue(body.Given < 40 * 1024 * 1024, $"{body.Given} bytes were taken");
        Assert.AreEqual(200, (await host.GetAsync("/healthz")).Code);
    }

    [TestMethod]
    [DataRow("/api/v1/namespaces/ns/configmaps/%2e%2e%2f%2e%2e%2fsecrets")]
    [DataRow("/api/v1/namespaces/ns/configmaps/a%00b")]
    [DataRow("/api/v1/namespaces/ns/configmaps/..%2F..%2Fetc%2Fpasswd")]
    [DataRow("/api/v1/namespaces/%2e%2e/configmaps/a")]
    [DataRow("/api/v1/namespaces/ns/pods/p/log/../../../x")]
    public async Task ANameThatIsAPathLeadsNowhere(string path)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync(path);

        Assert.IsTrue(answer.Code is 400 or 404, $"{answer.Code} {answer.Text}");
    }

    [TestMethod]
    public async Task WhatHasLessEffectThanElsewhereIsWarnedOf()
    {
        await using var host = await ApiHost.StartAsync();

        var made = await host.PostAsync("/api/v1/namespaces/ns/services", """{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80}]}}""");

        Assert.AreEqual(201, made.Code, made.Text);
        StringAssert.Contains(made.Warnings.Single(), "spec.type: the embedded engine serves a NodePort Service at its cluster IP");
    }

    [TestMethod]
    public async Task AFieldThatThereIsNotIsWarnedOfOrRefused()
    {
        await using var host = await ApiHost.StartAsync();
        const string body = """{"metadata":{"name":"a"},"dato":{"x":"1"}}""";

        var strict = await host.PostAsync($"{Maps}?fieldValidation=Strict", body);
        var ignored = await host.PostAsync($"{Maps}?fieldValidation=Ignore&dryRun=All", body);
        var warned = await host.PostAsync($"{Maps}?fieldValidation=Warn", body);
        var other = await host.PostAsync($"{Maps}?fieldValidation=Other", body);

        Assert.AreEqual((400, 201, 201, 422), (strict.Code, ignored.Code, warned.Code, other.Code));
        StringAssert.Contains(strict.Message, "unknown field \"dato\"");
        Assert.AreEqual("299 - \"unknown field \\\"dato\\\"\"", warned.Warnings.Single());
        Assert.AreEqual(0, ignored.Warnings.Count);
    }

    private static async Task<int> SendAsync(ApiHost host, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Maps) { Content = content };
        request.Headers.Authorization = new("Bearer", host.Token);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await host.Http.SendAsync(request);
        return (int)response.StatusCode;
    }

    /// <summary>Text without end, which counts what is taken of it.</summary>
    private sealed class CountingStream(long length) : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            count = (int)Math.Min(count, length - Given);
            Encoding.ASCII.GetBytes(new string(' ', count)).CopyTo(buffer, offset);
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
