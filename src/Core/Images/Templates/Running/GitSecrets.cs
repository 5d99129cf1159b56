using System.Text;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Images.Templates.Running;

/// <summary>The Secrets of a service account that are for git: their annotations build.knative.dev/git-* name the hosts.</summary>
internal sealed class GitSecrets
{
    private const string Annotation = "build.knative.dev/git-";
    private readonly List<(string Host, string? Scheme, GitCredentials Credentials)> _known = [];

    /// <param name="documents">Of the build's file: the ServiceAccount and its Secrets are looked for there.</param>
    /// <param name="serviceAccount">Null: no Secret is used.</param>
    public static GitSecrets Read(IReadOnlyList<YamlMapping> documents, string? serviceAccount)
    {
        var secrets = new GitSecrets();
        var account = documents.FirstOrDefault(document => IsNamed(document, "ServiceAccount", serviceAccount));
        if (account?.At("secrets") is YamlSequence list)
            foreach (var name in list.Items.Select(item => (item.At("name") as YamlScalar)?.Value))
                if (documents.FirstOrDefault(document => IsNamed(document, "Secret", name)) is { } secret)
                    secrets.Add(secret);
        return secrets;
    }

    /// <summary>What is known of the host of an address; null for nothing.</summary>
    public GitCredentials? For(string url)
    {
        var (host, scheme) = Split(url);
        return _known.Find(known => known.Host == host && (known.Scheme is null || known.Scheme == scheme)
            && (known.Credentials is GitCredentials.Basic) == (scheme is "http" or "https")).Credentials;
    }

    private void Add(YamlMapping secret)
    {
        if (secret.At("metadata", "annotations") is not YamlMapping annotations)
            return;
        GitCredentials? credentials = (Value(secret, "username"), Value(secret, "password"), Value(secret, "ssh-privatekey")) switch
        {
            ({ } user, { } password, _) => new GitCredentials.Basic(user, password),
            (_, _, { } key) => new GitCredentials.Ssh(key, Value(secret, "known_hosts")),
            _ => null,
        };
        if (credentials is not null)
            foreach (var annotation in annotations.Entries.Where(entry => entry.Name.StartsWith(Annotation, StringComparison.Ordinal)))
                if (annotation.Value is YamlScalar { Value: var url } && Split(url) is var (host, scheme))
                    _known.Add((host, url.Contains("://", StringComparison.Ordinal) ? scheme : null, credentials));
    }

    private static string? Value(YamlMapping secret, string key)
    {
        if (secret.At("stringData", key) is YamlScalar text)
            return text.Value;
        if (secret.At("data", key) is not YamlScalar { Value: var encoded })
            return null;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }

    /// <summary>https://host/path, ssh://user@host/path, user@host:path and host.</summary>
    private static (string Host, string Scheme) Split(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && url.Contains("://", StringComparison.Ordinal))
            return (uri.Authority[(uri.Authority.LastIndexOf('@') + 1)..], uri.Scheme);
        return (url[(url.IndexOf('@', StringComparison.Ordinal) + 1)..].Split(':', '/')[0], "ssh");
    }

    private static bool IsNamed(YamlMapping document, string kind, string? name) =>
        name is not null && (document.At("kind") as YamlScalar)?.Value == kind && (document.At("metadata", "name") as YamlScalar)?.Value == name;
}
