using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Api;
using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Pods;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Engine.Tests.Api;

/// <summary>The API on a loopback port, over a store of its own, with a namespace "ns" and an administrator's token.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private static readonly Lazy<X509Certificate2> Certificate = new(MakeCertificate);
    private readonly WebApplication app;
    private readonly TokenIssuer tokens;

    private ApiHost(WebApplication app, ClusterObjects objects, AdminToken admin, TokenIssuer tokens)
    {
        this.app = app;
        this.tokens = tokens;
        Token = admin.Value;
        Objects = objects;
        Server = new(app.Urls.First());
        Http = new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = IsOurs } }) { BaseAddress = Server };
        Client = new(new() { Server = Server, Name = "test", CertificateAuthority = Authority, Identity = new ClusterIdentity.Token(Token) });
    }

    /// <summary>PEM.</summary>
    public static byte[] Authority => Encoding.ASCII.GetBytes(Certificate.Value.ExportCertificatePem());

    public static bool IsOurs(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) => shown?.GetCertHashString() == Certificate.Value.Thumbprint;

    public ClusterObjects Objects { get; }
    /// <summary>The administrator's.</summary>
    public string Token { get; }
    public required PodLogs Logs { get; init; }
    public required PodExec Exec { get; init; }
    public required PodUsages Usages { get; init; }
    public required SeenLog Log { get; init; }
    public Uri Server { get; }
    /// <summary>As nobody.</summary>
    public HttpClient Http { get; }
    public ClusterClient Client { get; }

    public static async Task<ApiHost> StartAsync(int history = 16384, TimeProvider? usageTime = null)
    {
        var store = new ObjectStore(history);
        var objects = TestCluster.Empty(store);
        var builder = WebApplication.CreateSlimBuilder();
        var log = new SeenLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.ConfigureKestrel(options =>
        {
            ApiServer.Configure(options);
            // kubectl sends no token without TLS.
            options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate.Value));
        });
        var app = builder.Build();
        var (admin, tokens, logs, exec) = (new AdminToken(), new TokenIssuer(store, TimeProvider.System), new PodLogs(TimeProvider.System), new PodExec());
        var usages = new PodUsages(usageTime ?? TimeProvider.System);
        var server = new ApiServer(new()
        {
            Objects = objects,
            Authenticator = new(admin, tokens),
            Authorizer = new(store),
            Tokens = tokens,
            Logs = logs,
            Exec = exec,
            Usages = usages,
            ConnectToPod = ConnectAsync,
            Logger = log,
            Stopping = app.Lifetime.ApplicationStopping,
        });
        server.Map(app);
        await app.StartAsync();
        TestCluster.AddNamespace(objects, "ns");
        BootstrapPolicy.Write(objects);
        return new(app, objects, admin, tokens) { Logs = logs, Exec = exec, Usages = usages, Log = log };
    }

    /// <param name="body">JSON, or null for none.</param>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json", string accept = "application/json", string? token = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (token is not "")
            request.Headers.Authorization = new("Bearer", token ?? Token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.Headers.NonValidated.TryGetValues("Warning", out var warnings);
        return new((int)response.StatusCode, text, [.. warnings]);
    }

    /// <summary>The same in any form.</summary>
    public async Task<RawAnswer> SendRawAsync(HttpMethod method, string path, string accept, byte[]? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Authorization = new("Bearer", Token);
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        using var response = await Http.SendAsync(request);
        return new((int)response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "", await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>A token of a service account that is made in "ns" and may do nothing.</summary>
    public string TokenOfAccount(string name)
    {
        var account = Objects.Create(Kinds.ServiceAccount, "ns", new() { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = new JsonObject { ["name"] = name } });
        return tokens.Issue(new("ns", name, account.View.Uid, [], TimeSpan.FromHours(1), null)).Value;
    }

    public Task<ApiAnswer> GetAsync(string path, string accept = "application/json") => SendAsync(HttpMethod.Get, path, accept: accept);

    public Task<ApiAnswer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>A pod here is a listener on the loopback.</summary>
    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint, cancellationToken);
        return socket;
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // A key that lives only in memory is not one that TLS can use everywhere.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The pod 'p' in 'ns', on the engine's node, with the container 'c'.</summary>
    public StoredObject Pod(JsonObject status)
    {
        var pod = Objects.Create(Kinds.Pod, "ns", new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = "p" },
            ["spec"] = new JsonObject { ["nodeName"] = "kontrakt", ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }) },
        });
        return Objects.UpdateStatus(pod.Key, next => next["status"] = status);
    }

    /// <summary>When it returns, no request is left.</summary>
    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Usages.Dispose();
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        tokens.Dispose();
    }
}
