using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Kontrakt.Oci.Registry;

/// <summary>
/// The Authorization header for one registry: none until it asks, then Basic, or Bearer with a token for each scope until that expires
/// (distribution.github.io/distribution/spec/auth/token and /oauth).
/// </summary>
internal sealed class RegistryAuthorization(string registry, RegistryOptions options, DockerCredentials credentials, RegistryHttp http) : IDisposable
{
    private const string ClientId = "kontrakt";
    private const int AnswerLimit = 1024 * 1024;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, HeldToken> tokens = new();
    private readonly ConcurrentDictionary<string, string> askedScopes = new();
    private readonly ConcurrentDictionary<string, byte> secrets = new();
    private readonly SemaphoreSlim gate = new(1, 1);
    private volatile Challenge? challenge;
    private volatile string? refreshToken;
    private volatile bool hasCredentials;

    private sealed record HeldToken(AuthenticationHeaderValue Header, DateTimeOffset Renew);

    /// <summary>What to say to a user whom the registry denied something.</summary>
    public string Hint => hasCredentials
        ? $"with the credentials that '{credentials.File}' has for it"
        : $"there are no credentials for it in '{credentials.File}'; 'docker login {registry}' adds them";

    public void Dispose() => gate.Dispose();

    public string Scrub(string text) => secrets.Keys.Aggregate(text, (clean, secret) => clean.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>The header for a scope, fetched where needed; null while the registry has not asked, or for an anonymous one.</summary>
    /// <param name="scope">"repository:a/b:pull,push", several with spaces between; empty for the registry itself.</param>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(string scope, CancellationToken cancellationToken)
    {
        if (challenge is not { } asked)
            return null;
        if (Fresh(scope) is { } fresh)
            return fresh;
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (Fresh(scope) is { } fetched)
                return fetched;
            var credential = await credentials.FindAsync(registry, cancellationToken);
            hasCredentials = credential is not null;
            foreach (var secret in credential?.Secrets ?? [])
                secrets[secret] = 0;
            return asked.Is("Basic") ? Basic(credential) : await BearerAsync(asked, scope, credential, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes note of a 401's challenge. True when it can be answered, though maybe only with the header that was refused.</summary>
    /// <param name="sent">The header that was refused.</param>
    /// <exception cref="RegistryException">It asks for something that is not spoken here.</exception>
    public bool Learn(HttpResponseMessage refused, string scope, AuthenticationHeaderValue? sent)
    {
        var lines = refused.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? values.AsEnumerable() : [];
        var challenges = Challenge.Parse(lines);
        var asked = challenges.FirstOrDefault(candidate => candidate.Is("Bearer") && candidate["realm"] is not null) ?? challenges.FirstOrDefault(candidate => candidate.Is("Basic"));
        if (asked is null)
        {
            return challenges.Count == 0
                ? false
                : throw new RegistryException(RegistryFault.Denied, registry, $"{registry} asks for '{challenges[0].Scheme}' authentication, and only Basic and Bearer are spoken here", HttpStatusCode.Unauthorized);
        }
        challenge = asked;
        tokens.TryRemove(scope, out _);
        if (asked["scope"] is { } wanted)
            askedScopes[scope] = wanted;
        if (sent is not null)
            credentials.Forget(registry);
        return true;
    }

    private AuthenticationHeaderValue? Fresh(string scope) => tokens.TryGetValue(scope, out var token) && token.Renew > options.Time.GetUtcNow() ? token.Header : null;

    private static AuthenticationHeaderValue? Basic(RegistryLogin? credential) =>
        credential is null || credential.User.Length == 0 ? null : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.User}:{credential.Password}")));

    private async Task<AuthenticationHeaderValue> BearerAsync(Challenge asked, string scope, RegistryLogin? credential, CancellationToken cancellationToken)
    {
        if (credential?.RegistryToken is { } ready)
            return new("Bearer", ready);
        var realm = Realm(asked);
        var scopes = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        if (askedScopes.TryGetValue(scope, out var wanted))
            scopes.AddRange(wanted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(one => !Covers(scopes, one)));
        using var request = TokenRequest(realm, asked["service"], scopes, credential);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AnswerTimeout);
        try
        {
            using var response = await http.For(realm).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var token = await ReadTokenAsync(realm, response, limit.Token);
            secrets[token.Header.Parameter ?? ""] = 0;
            tokens[scope] = token;
            return token.Header;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the token service {realm.Authority} did not answer within {options.AnswerTimeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Is every action of the asked scope in one of our own?</summary>
    private static bool Covers(List<string> scopes, string asked)
    {
        var colon = asked.LastIndexOf(':');
        return scopes.Any(scope => scope == asked || (colon > 0 && scope.StartsWith(asked[..(colon + 1)], StringComparison.Ordinal)
            && asked[(colon + 1)..].Split(',').All(scope[(colon + 1)..].Split(',').Contains)));
    }

    /// <summary>The token service's address. Credentials go there, so plain HTTP is refused like anywhere else.</summary>
    private Uri Realm(Challenge asked)
    {
        if (!Uri.TryCreate(asked["realm"], UriKind.Absolute, out var realm) || realm.Scheme is not ("https" or "http"))
            throw RegistryErrors.Corrupt(registry, $"{registry} asks for a token of a service that is not a web address");
        return realm.Scheme == "https" || http.MayBePlain(realm)
            ? realm
            : throw new RegistryException(RegistryFault.Denied, registry, $"{registry} asks for a token of http://{realm.Authority}, and credentials are not sent without TLS");
    }

    private HttpRequestMessage TokenRequest(Uri realm, string? service, List<string> scopes, RegistryLogin? credential)
    {
        if ((refreshToken ?? credential?.IdentityToken) is { } identity)
        {
            var form = new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["service"] = service ?? "",
                ["client_id"] = ClientId,
                ["scope"] = string.Join(' ', scopes),
                ["refresh_token"] = identity,
            };
            return new(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
        }
        var query = new List<string>();
        if (realm.Query.Length > 1)
            query.Add(realm.Query[1..]);
        if (service is not null)
            query.Add("service=" + Uri.EscapeDataString(service));
        query.AddRange(scopes.Select(scope => "scope=" + Uri.EscapeDataString(scope)));
        if (credential?.User is { Length: > 0 } user)
            query.Add("account=" + Uri.EscapeDataString(user));
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = string.Join('&', query) }.Uri);
        request.Headers.Authorization = Basic(credential);
        return request;
    }

    private async Task<HeldToken> ReadTokenAsync(Uri realm, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (Retry.IsTransient(response.StatusCode))
            throw new HttpRequestException($"the token service {realm.Authority} answered {(int)response.StatusCode}", null, response.StatusCode);
        if (!response.IsSuccessStatusCode)
        {
            credentials.Forget(registry);
            refreshToken = null;
            var said = Scrub(await RegistryErrors.SaidAsync(response, cancellationToken));
            throw new RegistryException(RegistryFault.Denied, registry, $"the token service {realm.Authority} of {registry} answered {(int)response.StatusCode}{said} ({Hint})", response.StatusCode);
        }
        var body = await RegistryErrors.ReadAsync(response, AnswerLimit, cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(body ?? []);
            var token = Text(json, "access_token") ?? Text(json, "token");
            if (token is null || token.Any(char.IsControl))
                throw RegistryErrors.Corrupt(registry, $"the token service {realm.Authority} of {registry} answered without a token");
            if (Text(json, "refresh_token") is { } refreshed)
            {
                secrets[refreshed] = 0;
                refreshToken = refreshed;
            }
            var life = json.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var given) && given > 0 ? TimeSpan.FromSeconds(given) : DefaultLife;
            // Renewed early: what is sent has to arrive while it is still good.
            var early = TimeSpan.FromSeconds(Math.Min(10, life.TotalSeconds / 10));
            return new(new("Bearer", token), options.Time.GetUtcNow() + life - early);
        }
        catch (Exception unexpected) when (unexpected is JsonException or InvalidOperationException)
        {
            throw RegistryErrors.Corrupt(registry, $"the token service {realm.Authority} of {registry} answered with something that is not a JSON object");
        }
    }

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
