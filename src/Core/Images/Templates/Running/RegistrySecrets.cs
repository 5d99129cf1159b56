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
