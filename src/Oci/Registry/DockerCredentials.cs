using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Kontrakt.Oci.Registry;

/// <summary>What a registry is logged in to with. Its ToString says nothing.</summary>
internal sealed class RegistryLogin
{
    public string User { get; init; } = "";
    public string Password { get; init; } = "";
    /// <summary>A refresh token, exchanged for access tokens at the registry's token service.</summary>
    public string? IdentityToken { get; init; }
    /// <summary>An access token, used as it is.</summary>
    public string? RegistryToken { get; init; }

    public IEnumerable<string> Secrets => new[] { Password, IdentityToken, RegistryToken }.OfType<string>().Where(secret => secret.Length > 3);
}

/// <summary>
/// Credentials as docker keeps them (docs.docker.com, "docker login"): credHelpers for the host, else credsStore, else auths of config.json.
/// Each registry is looked up once, until it refuses what was found.
/// </summary>
internal sealed class DockerCredentials(RegistryOptions options)
{
    /// <summary>Docker Hub's key in config.json and in credential stores.</summary>
    private const string DockerHubKey = "https://index.docker.io/v1/";

    private readonly ConcurrentDictionary<string, Task<RegistryLogin?>> known = new();

    public string File { get; } = Path.Combine(
        options.DockerConfigDirectory ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"), "config.json");

    private string Source => options.DockerConfigs is null ? $"'{File}'" : "the given credentials";

    /// <summary>Null when none are configured: anonymous.</summary>
    /// <exception cref="RegistryException">The config or the helper it names cannot be used.</exception>
    public async Task<RegistryLogin?> FindAsync(string registry, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(registry, out var found) && found.IsCompletedSuccessfully)
            return await found;
        var credential = await ReadAsync(registry, cancellationToken);
        known[registry] = Task.FromResult(credential);
        return credential;
    }

    public void Forget(string registry) => known.TryRemove(registry, out _);

    private async Task<RegistryLogin?> ReadAsync(string registry, CancellationToken cancellationToken)
    {
        if (options.FirstDockerConfigs.Select(content => FromGiven(content, registry)).FirstOrDefault(credential => credential is not null) is { } first)
            return first;
        if (options.DockerConfigs is { } given)
            return given.Select(content => FromGiven(content, registry)).FirstOrDefault(credential => credential is not null);
        JsonDocument config;
        try
        {
            config = JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(File, cancellationToken), new() { CommentHandling = JsonCommentHandling.Skip });
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException invalid)
        {
            throw Unusable(registry, $"'{File}' is not JSON (line {invalid.LineNumber + 1}, byte {invalid.BytePositionInLine + 1})");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Unusable(registry, $"'{File}' cannot be read: {unreadable.Message}");
        }
        using (config)
        {
            if (config.RootElement.ValueKind != JsonValueKind.Object)
                throw Unusable(registry, $"'{File}' holds no JSON object");
            var fromHelper = HelperFor(config.RootElement, registry) is { } helper
                ? await CredentialHelper.GetAsync(helper, registry, ServerAddress(registry), cancellationToken)
                : null;
            return fromHelper ?? FromAuths(config.RootElement, registry);
        }
    }

    /// <summary>A whole config.json, or its auths alone, as ~/.dockercfg had them.</summary>
    private RegistryLogin? FromGiven(ReadOnlyMemory<byte> content, string registry)
    {
        try
        {
            using var config = JsonDocument.Parse(content);
            return config.RootElement.ValueKind != JsonValueKind.Object ? throw Unusable(registry, "the given credentials are not JSON object")
                : config.RootElement.TryGetProperty("auths", out _) ? FromAuths(config.RootElement, registry)
                : FromEntries(config.RootElement, registry);
        }
        catch (JsonException)
        {
            throw Unusable(registry, "the given credentials are not JSON");
        }
    }

    private static string? HelperFor(JsonElement config, string registry)
    {
        if (config.TryGetProperty("credHelpers", out var helpers) && helpers.ValueKind == JsonValueKind.Object)
        {
            foreach (var helper in helpers.EnumerateObject().Where(helper => IsFor(helper.Name, registry)))
                return Text(helper.Value);
        }
        return config.TryGetProperty("credsStore", out var store) ? Text(store) : null;
    }

    private RegistryLogin? FromAuths(JsonElement config, string registry)
    {
        return config.TryGetProperty("auths", out var auths) && auths.ValueKind == JsonValueKind.Object ? FromEntries(auths, registry) : null;
    }

    private RegistryLogin? FromEntries(JsonElement auths, string registry)
    {
        // The exact key wins over one with a scheme or a path.
        foreach (var entry in auths.EnumerateObject().Where(entry => IsFor(entry.Name, registry)).OrderBy(entry => entry.Name.Length))
        {
            if (entry.Value.ValueKind == JsonValueKind.Object && FromEntry(entry.Value, registry) is { } credential)
                return credential;
        }
        return null;
    }

    private RegistryLogin? FromEntry(JsonElement entry, string registry)
    {
        var user = Member(entry, "username") ?? "";
        var password = Member(entry, "password") ?? "";
        if (Member(entry, "auth") is { Length: > 0 } auth)
        {
            string pair;
            try
            {
                pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
            }
            catch (FormatException)
            {
                throw Unusable(registry, $"the entry for it in {Source} has an 'auth' that is not base64");
            }
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                throw Unusable(registry, $"the entry for it in {Source} has an 'auth' that is not user:password in base64");
            (user, password) = (pair[..colon], pair[(colon + 1)..].TrimEnd('\0'));
        }
        var credential = new RegistryLogin
        {
            User = user,
            Password = password,
            IdentityToken = Member(entry, "identitytoken"),
            RegistryToken = Member(entry, "registrytoken"),
        };
        return user.Length > 0 || credential.IdentityToken is not null || credential.RegistryToken is not null ? credential : null;
    }

    /// <summary>A registry's key in config.json.</summary>
    internal static string KeyFor(string registry) => ServerAddress(registry);

    private static string ServerAddress(string registry) => registry == RegistryConnection.DockerHub ? DockerHubKey : registry;

    /// <summary>A key is a host, with or without scheme and path.</summary>
    private static bool IsFor(string key, string registry)
    {
        var host = key.Contains("://", StringComparison.Ordinal) ? key[(key.IndexOf("://", StringComparison.Ordinal) + 3)..] : key;
        host = host.Split('/')[0];
        return host.Equals(registry, StringComparison.OrdinalIgnoreCase)
            || (registry == RegistryConnection.DockerHub && host.ToLowerInvariant() is ("index.docker.io" or RegistryConnection.DockerHubHost));
    }

    private static string? Member(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static RegistryException Unusable(string registry, string why) => new(RegistryFault.Credentials, registry, why);
}
