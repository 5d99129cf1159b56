using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Tests.Client;

/// <summary>An API server on a loopback port that does what one test says, faults included.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private ScriptedServer(WebApplication application) => this.application = application;

    public ConcurrentQueue<string> Requests { get; } = new();

    public Uri Address => new(application.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, int, Task> answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                });
        }));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var server = new ScriptedServer(application);
        var count = 0;
        application.UseWebSockets();
        application.Run(context =>
        {
            server.Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{Uri.UnescapeDataString(context.Request.QueryString.Value ?? "")}");
            return answer(context, Interlocked.Increment(ref count));
        });
        await application.StartAsync();
        return server;
    }

    public ClusterConnection Connection(ClusterIdentity? identity = null) =>
        new() { Name = "test", Server = Address, InsecureSkipTlsVerify = true, Identity = identity ?? new ClusterIdentity.Token("secret-token") };

    public ClusterClient Client(ClusterIdentity? identity = null, ClientOptions? options = null) => new(Connection(identity), options);

    public async ValueTask DisposeAsync() => await application.DisposeAsync();
}

/// <summary>Answers that tests give.</summary>
internal static class Answers
{
    public static async Task JsonAsync(this HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static Task StatusAsync(this HttpContext context, int code, string reason, string message = "no") =>
        context.JsonAsync(new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["code"] = code, ["reason"] = reason, ["message"] = message }.ToJsonString(), code);

    /// <summary>Sends what there is so far.</summary>
    public static async Task LineAsync(this HttpContext context, string line)
    {
        await context.Response.WriteAsync(line, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public static string Event(string type, string name, int version, string uid = "") =>
        $$$"""{"type":"{{{type}}}","object":{{{Pod(name, version, uid)}}}}""" + "\n";

    public static string Pod(string name, int version, string uid = "") =>
        $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"n","uid":"{{{(uid.Length > 0 ? uid : name)}}}","resourceVersion":"{{{version}}}"}}""";

    public static string List(int version, params string[] items) => List(version, "", items);

    public static string List(int version, string next, string[] items) =>
        $$$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(",", items)}}}]}""";

    /// <summary>Sends the headers and nothing more until the client goes away.</summary>
    public static async Task StayOpenAsync(this HttpContext context)
    {
        await context.LineAsync("");
        await context.HangAsync();
    }

    /// <summary>Leaves the request unanswered until its client goes away.</summary>
    public static async Task HangAsync(this HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }
}
