using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kontrakt.Kubernetes.Config;

namespace Engine.Tests.Api.Protobuf;

/// <summary>The cluster of KONTRAKT_TEST_KUBECONFIG, asked in whatever form a test wants.</summary>
internal sealed class RawCluster : IDisposable
{
    private readonly HttpClient http;

    private RawCluster(HttpClient http) => this.http = http;

    /// <summary>Ends the test as inconclusive where none is named.</summary>
    public static RawCluster Connect()
    {
        if (Environment.GetEnvironmentVariable("KONTRAKT_TEST_KUBECONFIG") is not { Length: > 0 } file)
            throw new AssertInconclusiveException("skipped: KONTRAKT_TEST_KUBECONFIG is not set");
        var connection = KubeConfig.Load(file).Connect(null);
        var handler = new SocketsHttpHandler();
        if (connection.CertificateAuthority is { } authority)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(authority.Span));
            handler.SslOptions.CertificateChainPolicy = policy;
        }
        var http = new HttpClient(handler) { BaseAddress = connection.Server };
        if (connection.Identity is ClusterIdentity.ClientCertificate identity)
        {
            using var made = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(identity.Certificate.Span), Encoding.ASCII.GetString(identity.Key.Span));
            handler.SslOptions.ClientCertificates = [X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null)];
        }
        else if (connection.Identity is ClusterIdentity.Token token)
            http.DefaultRequestHeaders.Authorization = new("Bearer", token.Value);
        return new(http);
    }

    public Task<byte[]> GetAsync(string path, string accept, int code = 200) => SendAsync(new(HttpMethod.Get, path), accept, code);

    public Task<byte[]> PostAsync(string path, byte[] body, string type, string accept) =>
        SendAsync(new(HttpMethod.Post, path) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } } }, accept, 201);

    public Task<RawAnswer> AskAsync(string path, string accept) => SendAsync(new(HttpMethod.Get, path), accept);

    /// <param name="body">JSON; null for none.</param>
    public async Task<ApiAnswer> AnswerAsync(HttpMethod method, string path, string? body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        using var answer = await http.SendAsync(request);
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), []);
    }

    private async Task<byte[]> SendAsync(HttpRequestMessage request, string accept, int code)
    {
        var answer = await SendAsync(request, accept);
        Assert.AreEqual((code, accept), (answer.Code, answer.ContentType), Encoding.UTF8.GetString(answer.Body));
        return answer.Body;
    }

    private async Task<RawAnswer> SendAsync(HttpRequestMessage request, string accept)
    {
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await http.SendAsync(request);
        return new((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString() ?? "", await answer.Content.ReadAsByteArrayAsync());
    }

    public void Dispose() => http.Dispose();
}
