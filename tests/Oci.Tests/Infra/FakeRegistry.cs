using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Kontrakt.Oci.Names;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kontrakt.Oci.Tests.Infra;

/// <summary>A small registry in memory that does as it is told: before every request it asks what to do instead.</summary>
public sealed class FakeRegistry : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Func<HttpContext, FakeRegistry, Task<bool>> instead;

    private FakeRegistry(WebApplication app, Func<HttpContext, FakeRegistry, Task<bool>> instead) => (this.app, this.instead) = (app, instead);

    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();
    public ConcurrentDictionary<string, (string MediaType, byte[] Bytes)> Manifests { get; } = new();
    public ConcurrentDictionary<string, MemoryStream> Uploads { get; } = new();
    /// <summary>"METHOD path?query", in the order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();
    /// <summary>The Authorization headers, in the order of arrival; empty for none.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();
    public string Host { get; private set; } = "";

    public int Count(string method, string part) => Requests.Count(request => request.StartsWith(method + " ", StringComparison.Ordinal) && request.Contains(part, StringComparison.Ordinal));

    /// <param name="instead">True when it has dealt with the request.</param>
    public static async Task<FakeRegistry> StartAsync(Func<HttpContext, FakeRegistry, Task<bool>>? instead = null, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
        });
        var app = builder.Build();
        var registry = new FakeRegistry(app, instead ?? ((_, _) => Task.FromResult(false)));
        app.Run(registry.AnswerAsync);
        await app.StartAsync();
        registry.Host = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;
        return registry;
    }

    public ImageReference Image(string rest) => ImageReference.Parse($"{Host}/{rest}");

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    public static async Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new { errors = new[] { new { code, message } } });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        if (await instead(context, this))
            return;
        var path = context.Request.Path.Value!;
        if (path.Contains("/blobs/uploads", StringComparison.Ordinal))
            await AnswerUploadAsync(context, path);
        else if (path.Contains("/blobs/", StringComparison.Ordinal))
            await AnswerBlobAsync(context, path[(path.LastIndexOf('/') + 1)..]);
        else if (path.Contains("/manifests/", StringComparison.Ordinal))
            await AnswerManifestAsync(context, path);
        else if (path == "/v2/")
            await context.Response.WriteAsync("{}");
        else
            await RefuseAsync(context, 404, "NOT_FOUND", "no such place");
    }

    private async Task AnswerUploadAsync(HttpContext context, string path)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Method == "POST")
        {
            var id = Guid.NewGuid().ToString("N");
            Uploads[id] = new();
            response.Headers.Location = $"{path.TrimEnd('/')}/{id}?_state=a";
            response.StatusCode = 202;
            return;
        }
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (!Uploads.TryGetValue(name, out var upload))
        {
            await RefuseAsync(context, 404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
            return;
        }
        var start = request.Headers.ContentRange.ToString().Split('-')[0];
        if (start.Length > 0 && long.Parse(start, CultureInfo.InvariantCulture) != upload.Length)
        {
            response.StatusCode = 416;
            return;
        }
        await request.Body.CopyToAsync(upload);
        if (request.Method == "PUT")
        {
            var digest = Digest.Sha256(upload.ToArray()).ToString();
            if (request.Query["digest"] != digest)
            {
                await RefuseAsync(context, 400, "DIGEST_INVALID", "provided digest did not match uploaded content");
                return;
            }
            Blobs[digest] = upload.ToArray();
            Uploads.TryRemove(name, out _);
            response.StatusCode = 201;
            return;
        }
        response.Headers.Location = $"{path}?_state=b{upload.Length}";
        response.Headers.Range = $"0-{Math.Max(0, upload.Length - 1)}";
        response.StatusCode = request.Method == "GET" ? 204 : 202;
    }

    private async Task AnswerBlobAsync(HttpContext context, string digest)
    {
        if (!Blobs.TryGetValue(digest, out var bytes))
        {
            await RefuseAsync(context, 404, "BLOB_UNKNOWN", "blob unknown to registry");
            return;
        }
        var start = 0;
        if (context.Request.Headers.Range.ToString() is { Length: > 0 } range)
        {
            start = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {start}-{bytes.Length - 1}/{bytes.Length}";
        }
        context.Response.ContentLength = bytes.Length - start;
        if (context.Request.Method == "GET")
            await context.Response.Body.WriteAsync(bytes.AsMemory(start));
    }

    private async Task AnswerManifestAsync(HttpContext context, string path)
    {
        if (context.Request.Method == "PUT")
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var digest = Digest.Sha256(body.ToArray());
            var stored = (context.Request.ContentType!, body.ToArray());
            Manifests[path] = stored;
            Manifests[$"{path[..path.LastIndexOf('/')]}/{digest}"] = stored;
            context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
            context.Response.StatusCode = 201;
            return;
        }
        if (!Manifests.TryGetValue(path, out var manifest))
        {
            await RefuseAsync(context, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }
        context.Response.ContentType = manifest.MediaType;
        context.Response.ContentLength = manifest.Bytes.Length;
        context.Response.Headers["Docker-Content-Digest"] = Digest.Sha256(manifest.Bytes).ToString();
        if (context.Request.Method == "GET")
            await context.Response.Body.WriteAsync(manifest.Bytes);
    }
}
