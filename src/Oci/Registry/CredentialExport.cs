using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Oci.Registry;

/// <summary>This machine's credentials for a few registries as docker's config.json, for a program that runs elsewhere. Its ToString says nothing of them.</summary>
public sealed class CredentialExport
{
    private CredentialExport(byte[] config) => Config = config;

    /// <summary>The text of a config.json that holds "auths" only.</summary>
    public ReadOnlyMemory<byte> Config { get; }

    /// <param name="credentials">By the name that a registry has where the config is used.</param>
    internal static CredentialExport? From(IEnumerable<(string Name, RegistryLogin? Login)> credentials)
    {
        var auths = new JsonObject();
        foreach (var (name, credential) in credentials)
        {
            if (credential is not null)
                auths[DockerCredentials.KeyFor(name)] = Entry(credential);
        }
        return auths.Count == 0 ? null : new(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["auths"] = auths }));
    }

    private static JsonObject Entry(RegistryLogin credential)
    {
        var entry = new JsonObject();
        if (credential.User.Length > 0)
            entry["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.User}:{credential.Password}"));
        if (credential.IdentityToken is { } identity)
            entry["identitytoken"] = identity;
        if (credential.RegistryToken is { } token)
            entry["registrytoken"] = token;
        return entry;
    }
}
