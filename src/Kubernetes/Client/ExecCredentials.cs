using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Kubernetes.Config;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>The credentials that a plugin prints (client.authentication.k8s.io), kept until they expire.</summary>
internal sealed partial class ExecCredentials(ExecPlugin plugin, ClusterConnection connection, TimeProvider time) : Credentials
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(10);
    private const int ShownErrors = 2000;
    private readonly Gate gate = new();
    private Credential? last;
    private DateTimeOffset? expires;

    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken) =>
        await gate.RunAsync(async () =>
            last is not null && (expires is null || time.GetUtcNow() + Early < expires) ? last : await RunAsync(cancellationToken), cancellationToken);

    // Another request may have renewed it while this one was refused.
    public override async ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken) =>
        await gate.RunAsync(async () =>
            (last is not null && !Same(last, refused)) || !Same(await RunAsync(cancellationToken), refused), cancellationToken);

    private static bool Same(Credential one, Credential other) =>
        Equals(one.Header, other.Header)
        && (one.Certificate, other.Certificate) switch
        {
            (null, null) => true,
            ({ } a, { } b) => a.Certificate.Span.SequenceEqual(b.Certificate.Span),
            _ => false,
        };

    private async Task<Credential> RunAsync(CancellationToken cancellationToken)
    {
        last = null;
        var output = await OutputAsync(cancellationToken);
        KubernetesObject answer;
        try
        {
            answer = new(JsonNode.Parse(output) as JsonObject ?? throw new JsonException());
        }
        catch (JsonException)
        {
            throw Unusable($"{plugin.Command}: its output is not an ExecCredential in JSON"); // Never shown: it may hold a token.
        }
        if (answer.Kind != "ExecCredential" || answer.ApiVersion != plugin.ApiVersion)
            throw Unusable($"{plugin.Command}: it answered {answer.ApiVersion} {answer.Kind}, but the kubeconfig says {plugin.ApiVersion} ExecCredential");
        var credential = Read(answer);
        var until = answer.Text("status", "expirationTimestamp");
        expires = until.Length == 0 ? null
            : DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
            : throw Unusable($"{plugin.Command}: status.expirationTimestamp is not an RFC 3339 time");
        return last = credential;
    }

    private Credential Read(KubernetesObject answer)
    {
        var token = answer.Text("status", "token").Trim();
        var certificate = answer.Text("status", "clientCertificateData");
        var key = answer.Text("status", "clientKeyData");
        if (token.Length == 0 && certificate.Length == 0)
            throw Unusable($"{plugin.Command}: it gave neither a token nor a client certificate");
        if (certificate.Length > 0 != key.Length > 0)
            throw Unusable($"{plugin.Command}: it gave only one of clientCertificateData and clientKeyData");
        if (token.Length > 0 && !HeaderText.IsToken(token))
            throw Unusable($"{plugin.Command}: its token has a line break, a space or another character that no token has");
        var header = token.Length > 0 ? new AuthenticationHeaderValue("Bearer", token) : null;
        return new(header, certificate.Length > 0 ? Pair(Encoding.UTF8.GetBytes(certificate), Encoding.UTF8.GetBytes(key)) : null);
    }

    private ClusterIdentity.ClientCertificate Pair(byte[] certificate, byte[] key)
    {
        try
        {
            using var usable = PemCertificates.ReadPair(certificate, key);
            return new(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Unusable($"{plugin.Command}: its client certificate and key cannot be used: {e.Message}", e);
        }
    }

    private async Task<string> OutputAsync(CancellationToken cancellationToken)
    {
        using var process = Start();
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            var (printed, complained) = (await output, await errors);
            return process.ExitCode == 0 ? printed
                : throw Unusable($"{plugin.Command}: it ended with exit code {process.ExitCode}{Shown(complained)}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            if (cancellationToken.IsCancellationRequested)
                throw;
            throw Unusable(FormattableString.Invariant($"{plugin.Command}: it did not end within {Limit.TotalSeconds:0} s; does it wait for somebody to log in?"));
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(plugin.Command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in plugin.Args)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in plugin.Env)
            start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = Info().ToJsonString();
        try
        {
            return Process.Start(start) ?? throw Unusable($"{plugin.Command}: it could not be started");
        }
        catch (Win32Exception e)
        {
            throw Unusable($"{plugin.Command}: the kubeconfig's credential plugin could not be started: {e.Message}"
                + (plugin.InstallHint is { } hint ? $"\n{hint.Trim()}" : ""), e);
        }
    }

    private JsonObject Info()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (plugin.ProvideClusterInfo)
        {
            var cluster = new JsonObject { ["server"] = connection.Server.OriginalString };
            if (connection.TlsServerName is { } name)
                cluster["tls-server-name"] = name;
            if (connection.InsecureSkipTlsVerify)
                cluster["insecure-skip-tls-verify"] = true;
            if (connection.CertificateAuthority is { } authority)
                cluster["certificate-authority-data"] = Convert.ToBase64String(authority.Span);
            if (connection.Proxy is { } proxy)
                cluster["proxy-url"] = proxy.OriginalString;
            spec["cluster"] = cluster;
        }
        return new() { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
    }

    private static string Shown(string errors)
    {
        var text = TokenLike().Replace(errors.Trim(), "***");
        return text.Length == 0 ? "" : ": " + (text.Length > ShownErrors ? "…" + text[^ShownErrors..] : text);
    }

    // JSON web tokens, EKS's and long opaque ones.
    [GeneratedRegex(@"eyJ[\w-]{8,}(\.[\w-]*){1,4}|k8s-aws-v1\.[\w-]+|(?<=[Bb]earer\s|token[""']?\s?[:=]\s?[""']?)[\w.~+/-]{8,}")]
    private static partial Regex TokenLike();
}
