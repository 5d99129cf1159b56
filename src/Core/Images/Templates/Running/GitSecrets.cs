using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Images.Templates.Running;

/// <summary>The Secrets of a service account that are for git: their annotations build.knative.dev/git-* name the hosts.</summary>
internal sealed class GitSecrets
{
    private const string Annotation = "build.knative.dev/git-";
    public static readonly GitSecrets None = new();

    private readonly List<(string Host, string? Scheme, GitCredentials Credentials)> _known = [];

    /// <param name="documents">Of the build's file: the ServiceAccount and its Secrets are looked for there.</param>
    /// <param name="serviceAccount">Null: no Secret is used.</param>
    public static GitSecrets Read(IReadOnlyList<YamlMapping> documents, string? serviceAccount)
    {
        var secrets = new GitSecrets();
        foreach (var secret in AccountSecrets.Of(documents, serviceAccount))
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
        GitCredentials? credentials = (AccountSecrets.Value(secret, "username"), AccountSecrets.Value(secret, "password"), AccountSecrets.Value(secret, "ssh-privatekey")) switch
        {
            ({ } user, { } password, _) => new GitCredentials.Basic(user, password),
            (_, _, { } key) => new GitCredentials.Ssh(key, AccountSecrets.Value(secret, "known_hosts")),
            _ => null,
        };
        if (credentials is not null)
            foreach (var url in AccountSecrets.Annotated(secret, Annotation))
                if (Split(url) is var (host, scheme))
                    _known.Add((host, url.Contains("://", StringComparison.Ordinal) ? scheme : null, credentials));
    }

    /// <summary>https://host/path, ssh://user@host/path, user@host:path and host.</summary>
    private static (string Host, string Scheme) Split(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && url.Contains("://", StringComparison.Ordinal))
            return (uri.Authority[(uri.Authority.LastIndexOf('@') + 1)..], uri.Scheme);
        return (url[(url.IndexOf('@', StringComparison.Ordinal) + 1)..].Split(':', '/')[0], "ssh");
    }
}
