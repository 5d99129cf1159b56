using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Images.Templates.Running;

/// <summary>The Secrets of a service account that are for registries: their annotations build.knative.dev/docker-* name them.</summary>
internal static class RegistrySecrets
{
    private const string Annotation = "build.knative.dev/docker-";

    /// <summary>A docker config.json with their logins; null where there is none.</summary>
    /// <param name="documents">Of the build's file: the ServiceAccount and its Secrets are looked for there.</param>
    /// <param name="serviceAccount">Null: no Secret is used.</param>
    public static ReadOnlyMemory<byte>? Read(IReadOnlyList<YamlMapping> documents, string? serviceAccount)
    {
        var logins = new JsonObject();
        foreach (var secret in AccountSecrets.Of(documents, serviceAccount))
            if (AccountSecrets.Value(secret, "username") is { } user && AccountSecrets.Value(secret, "password") is { } password)
                foreach (var registry in AccountSecrets.Annotated(secret, Annotation))
                    logins[registry] = new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) };
        return logins.Count == 0 ? (ReadOnlyMemory<byte>?)null : JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["auths"] = logins });
    }
}

/// <summary>The Secrets that a ServiceAccount names, where both are in one file.</summary>
internal static class AccountSecrets
{
    public static IEnumerable<YamlMapping> Of(IReadOnlyList<YamlMapping> documents, string? serviceAccount)
    {
        var account = documents.FirstOrDefault(document => IsNamed(document, "ServiceAccount", serviceAccount));
        return account?.At("secrets") is not YamlSequence list ? []
            : list.Items.Select(item => (item.At("name") as YamlScalar)?.Value).Select(name => documents.FirstOrDefault(document => IsNamed(document, "Secret", name))).OfType<YamlMapping>();
    }

    /// <summary>The values of the annotations whose names begin so.</summary>
    public static IEnumerable<string> Annotated(YamlMapping secret, string prefix) => secret.At("metadata", "annotations") is not YamlMapping annotations ? []
        : annotations.Entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(entry => entry.Value).OfType<YamlScalar>().Select(value => value.Value);

    /// <summary>A value of the Secret, decoded; null where there is none.</summary>
    public static string? Value(YamlMapping secret, string key)
    {
        if (secret.At("stringData", key) is YamlScalar text)
            return text.Value;
        if (secret.At("data", key) is not YamlScalar { Value: var encoded })
            return null;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }

    private static bool IsNamed(YamlMapping document, string kind, string? name) =>
        name is not null && (document.At("kind") as YamlScalar)?.Value == kind && (document.At("metadata", "name") as YamlScalar)?.Value == name;
}
