using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Registry;

/// <summary>Everybody pulls; the engine's user pushes, and who has its token, or one made from it for that repository.</summary>
[TestClass]
public sealed class Rights
{
    private static readonly string Blob = $"/v2/app/blobs/uploads/?digest={Digest.Sha256("x"u8)}";

    [TestMethod, Timeout(120_000)]
    public async Task NobodyPullsAndChangesNothing()
    {
        await using var registry = await RegistryHost.StartAsync();
        var image = await Pushed.ImageAsync(registry, "app", "1", "a layer");
        var manifest = $"/v2/app/manifests/{image.Digest}";

        foreach (var path in (string[])["/v2/app/manifests/1", manifest, $"/v2/app/blobs/{Digest.Sha256("a layer"u8)}", "/v2/app/tags/list", "/v2/_catalog", $"/v2/app/referrers/{image.Digest}"])
            Assert.AreEqual(HttpStatusCode.OK, await AskAsync(registry, HttpMethod.Get, path, null), path);
        foreach (var (method, path) in (ValueTuple<HttpMethod, string>[])
        [
            (HttpMethod.Post, "/v2/app/blobs/uploads/"), (HttpMethod.Post, Blob), (HttpMethod.Post, $"/v2/other/blobs/uploads/?mount={Digest.Sha256("a layer"u8)}&from=app"),
            (HttpMethod.Put, "/v2/app/manifests/1"), (HttpMethod.Put, manifest), (HttpMethod.Delete, "/v2/app/manifests/1"), (HttpMethod.Delete, manifest),
            (HttpMethod.Delete, $"/v2/app/blobs/{Digest.Sha256("a layer"u8)}"), (HttpMethod.Patch, "/v2/app/blobs/uploads/1"), (HttpMethod.Get, "/v2/app/blobs/uploads/1"),
        ])
            foreach (var authorization in (AuthenticationHeaderValue?[])[null, new("Bearer", "anonymous"), new("Bearer", "x.y"), Basic("")])
                Assert.AreEqual(HttpStatusCode.Unauthorized, await AskAsync(registry, method, path, authorization), $"{method} {path} {authorization}");
        Assert.IsTrue(await Pushed.HasAsync(registry, "/v2/app/manifests/1"));
    }

    [TestMethod, Timeout(120_000)]
    public async Task TheEnginesTokenDoesEverything()
    {
        await using var registry = await RegistryHost.StartAsync();
        await Pushed.ImageAsync(registry, "app", "1", "a layer");

        foreach (var authorization in (AuthenticationHeaderValue[])[new("Bearer", RegistryHost.AdminToken), Basic(RegistryHost.AdminToken)])
        {
            Assert.AreEqual(HttpStatusCode.OK, await AskAsync(registry, HttpMethod.Get, "/v2/", authorization));
            Assert.AreEqual(HttpStatusCode.Accepted, await AskAsync(registry, HttpMethod.Post, "/v2/app/blobs/uploads/", authorization));
        }
        Assert.AreEqual(HttpStatusCode.Accepted, await AskAsync(registry, HttpMethod.Delete, "/v2/app/manifests/1", Basic(RegistryHost.AdminToken)));
        Assert.AreEqual(HttpStatusCode.Unauthorized, await AskAsync(registry, HttpMethod.Get, "/v2/", Basic("another")));
    }

    [TestMethod, Timeout(120_000)]
    public async Task ATokenOfABuildPushesToItsRepositoryAlone()
    {
        await using var registry = await RegistryHost.StartAsync();
        await Pushed.ImageAsync(registry, "app", "1", "a layer");
        var token = await TokenAsync(registry, registry.Http, "repository:app:pull,push", null);

        foreach (var authorization in (AuthenticationHeaderValue[])[new("Bearer", token), Basic(token), new("Bearer", await TokenAsync(registry, registry.Unowned, "repository:other:pull,push", Basic(token)))])
        {
            Assert.AreEqual(HttpStatusCode.OK, await AskAsync(registry, HttpMethod.Get, "/v2/", authorization));
            Assert.AreEqual(HttpStatusCode.Accepted, await AskAsync(registry, HttpMethod.Post, "/v2/app/blobs/uploads/", authorization));
            Assert.AreEqual(HttpStatusCode.Forbidden, await AskAsync(registry, HttpMethod.Post, "/v2/other/blobs/uploads/", authorization));
            Assert.AreEqual(HttpStatusCode.Forbidden, await AskAsync(registry, HttpMethod.Put, "/v2/kontext-extractor/manifests/1", authorization));
            Assert.AreEqual(HttpStatusCode.Forbidden, await AskAsync(registry, HttpMethod.Put, "/v2/app/app/manifests/1", authorization));
            Assert.AreEqual(HttpStatusCode.Forbidden, await AskAsync(registry, HttpMethod.Delete, "/v2/app/manifests/1", authorization));
        }
    }

    [TestMethod, Timeout(120_000)]
    public async Task ATokenThatWasChangedOrIsOfAnotherEngineIsNone()
    {
        await using var registry = await RegistryHost.StartAsync();
        await using var another = await RegistryHost.StartAsync();
        var token = await TokenAsync(registry, registry.Http, "repository:app:pull,push", null);
        var payload = Encoding.UTF8.GetString(Convert.FromBase64String(Padded(token.Split('.')[0])));
        var forged = $"{Convert.ToBase64String(Encoding.UTF8.GetBytes(payload.Replace("app", "own", StringComparison.Ordinal))).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.{token.Split('.')[1]}";

        Assert.AreNotEqual(token, forged);
        Assert.AreEqual(HttpStatusCode.Unauthorized, await AskAsync(registry, HttpMethod.Post, "/v2/own/blobs/uploads/", new("Bearer", forged)));
        Assert.AreEqual(HttpStatusCode.Unauthorized, await AskAsync(another, HttpMethod.Post, "/v2/app/blobs/uploads/", new("Bearer", token)));
        Assert.AreEqual(HttpStatusCode.Unauthorized, await AskAsync(registry, HttpMethod.Get, "/v2/token", Basic(forged)));
    }

    /// <summary>Many clients ask for credentials at /v2/ only, and read nothing where nobody gives a token.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task NobodyIsToldWhereToAskAndGetsATokenToReadWith()
    {
        await using var registry = await RegistryHost.StartAsync();
        using var asked = await registry.Unowned.GetAsync("/v2/");
        var token = await TokenAsync(registry, registry.Unowned, "repository:app:pull,push", null);

        Assert.AreEqual("401 UNAUTHORIZED", await Pushed.RefusalAsync(asked));
        Assert.AreEqual($"Bearer realm=\"http://{registry.Host}/v2/token\",service=\"kontrakt-engine\"", asked.Headers.WwwAuthenticate.Single().ToString().Replace(", ", ",", StringComparison.Ordinal));
        Assert.AreEqual(HttpStatusCode.OK, await AskAsync(registry, HttpMethod.Get, "/v2/", new("Bearer", token)));
        Assert.AreEqual(HttpStatusCode.Unauthorized, await AskAsync(registry, HttpMethod.Post, "/v2/app/blobs/uploads/", new("Bearer", token)));
    }

    /// <summary>On a machine that several people use, loopback is everybody's.</summary>
    [TestMethod, Timeout(120_000)]
    public async Task AnotherUserOfTheMachinePullsOnly()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Inconclusive("skipped: to be another user takes root");
        await using var registry = await RegistryHost.StartAsync();

        Assert.AreEqual("202", await CurlAsync("0", "-X", "POST", $"http://{registry.Host}/v2/app/blobs/uploads/"));
        Assert.AreEqual("401", await CurlAsync("65534", "-X", "POST", $"http://{registry.Host}/v2/app/blobs/uploads/"));
        Assert.AreEqual("200", await CurlAsync("65534", $"http://{registry.Host}/v2/_catalog"));
    }

    private static async Task<string> CurlAsync(string user, params string[] arguments)
    {
        using var curl = new Process
        {
            StartInfo = new("setpriv", [$"--reuid={user}", "--clear-groups", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = "/" },
        };
        curl.StartInfo.Environment["HOME"] = "/nonexistent";
        curl.Start();
        var output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return output;
    }

    private static async Task<string> TokenAsync(RegistryHost registry, HttpClient http, string scope, AuthenticationHeaderValue? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{registry.Host}/v2/token?service=kontrakt-engine&scope={Uri.EscapeDataString(scope)}") { Headers = { Authorization = authorization } };
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, body);
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("token").GetString() ?? "";
    }

    private static async Task<HttpStatusCode> AskAsync(RegistryHost registry, HttpMethod method, string path, AuthenticationHeaderValue? authorization)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = authorization } };
        using var response = await registry.Unowned.SendAsync(request);
        return response.StatusCode;
    }

    private static AuthenticationHeaderValue Basic(string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"somebody:{password}")));

    private static string Padded(string text) => text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4);
}
