using System.Security.Cryptography;

namespace Kontrakt.Kubernetes.Config;

/// <summary>Turns the entries of a context into a checked connection.</summary>
internal static class KubeConfigConnection
{
    public static ClusterConnection Make(string name, KubeConfigEntry context, KubeConfigEntry cluster, KubeConfigEntry? user) => Make(name, context, cluster, user, Server(cluster));

    private static ClusterConnection Make(string name, KubeConfigEntry context, KubeConfigEntry cluster, KubeConfigEntry? user, Uri server) => new()
    {
        Name = name,
        Namespace = context.Text("namespace"),
        Server = UrlUserInfo.Without(server),
        CertificateAuthority = Authority(cluster),
        InsecureSkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
        TlsServerName = TlsServerName(cluster),
        Proxy = Proxy(cluster),
        Identity = Identity(user, UrlUserInfo.Of(server) is { } inUrl ? new ClusterIdentity.Basic(inUrl.UserName, inUrl.Password) : null),
        ImpersonateUser = user?.Text("as") is { } other ? InHeader(user, "as", other) : null,
        ImpersonateGroups = [.. (user?.List("as-groups") ?? []).Select(group => InHeader(user, "as-groups", group))],
    };

    private static Uri Server(KubeConfigEntry cluster)
    {
        var text = cluster.Text("server") ?? throw cluster.Error("has no server");
        return Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "https" or "http" && server.Host.Length > 0
            ? server
            : throw cluster.Error($"server{(text.Contains('@') ? "" : $" '{text}'")} is not an http or https URL", "server");
    }

    private static string? TlsServerName(KubeConfigEntry cluster)
    {
        var name = cluster.Text("tls-server-name");
        return name is null || Uri.CheckHostName(name) != UriHostNameType.Unknown ? name : throw cluster.Error("tls-server-name is not a host name", "tls-server-name");
    }

    private static ReadOnlyMemory<byte>? Authority(KubeConfigEntry cluster)
    {
        if (cluster.Bytes("certificate-authority") is not { } authority)
            return null;
        try
        {
            if (PemCertificates.ReadAll(authority).Count > 0)
                return authority;
        }
        catch (CryptographicException e)
        {
            throw cluster.Error($"certificate-authority is not a PEM certificate: {e.Message}");
        }
        throw cluster.Error("certificate-authority holds no PEM certificate");
    }

    private static Uri? Proxy(KubeConfigEntry cluster)
    {
        if (cluster.Text("proxy-url") is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5" && proxy.Host.Length > 0
            ? proxy
            : throw cluster.Error("proxy-url must be an http, https or socks5 URL", "proxy-url");
    }

    /// <param name="inUrl">Who the server's URL says one is; it counts where nothing else says it.</param>
    private static ClusterIdentity Identity(KubeConfigEntry? user, ClusterIdentity? inUrl)
    {
        if (user is null)
            return inUrl ?? new ClusterIdentity.Anonymous();
        foreach (var field in new[] { "as-uid", "as-user-extra" })
            if (user.Body?.At(field) is not null) // Left out, the requests would be made with other rights than the kubeconfig's owner means.
                throw user.Error($"{field} is not supported; as and as-groups are", field);
        var header = Header(user) ?? inUrl;
        if (user.Bytes("client-certificate") is not { } certificate)
            return header ?? new ClusterIdentity.Anonymous();
        if (user.Bytes("client-key") is not { } key)
            throw user.Error("has a client-certificate but no client-key");
        try
        {
            using var pair = PemCertificates.ReadPair(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw user.Error($"client-certificate and client-key cannot be used (unencrypted PEM, RSA or ECDSA, and a matching pair, are expected): {e.Message}");
        }
        return new ClusterIdentity.ClientCertificate(certificate, key, header);
    }

    // A token file takes precedence over a token: the file is the one that is kept fresh.
    private static ClusterIdentity? Header(KubeConfigEntry user)
    {
        if (user.Body?.At("auth-provider") is not null)
            throw user.Error("auth-provider was removed from kubectl in 1.26 and is not supported; use an exec plugin", "auth-provider");
        if (user.Text("tokenFile") is { } file)
            return new ClusterIdentity.TokenFile(user.Resolve(file));
        if (user.Text("token") is { } token)
            return HeaderText.IsToken(token.Trim())
                ? new ClusterIdentity.Token(token.Trim())
                : throw user.Error("token holds a line break, a space or another character that no token has", "token");
        if (user.Text("username") is { } name)
            return new ClusterIdentity.Basic(name, user.Text("password") ?? "");
        return user.Body?.At("exec") is null ? null : new ClusterIdentity.Exec(Plugin(user));
    }

    private static string InHeader(KubeConfigEntry? user, string field, string text) =>
        user is null || HeaderText.IsName(text) ? text : throw user.Error($"{field} holds a line break or another character that no request can carry", field);

    private static ExecPlugin Plugin(KubeConfigEntry user)
    {
        var version = user.Text("exec", "apiVersion") ?? "";
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            throw user.Error($"exec apiVersion '{version}' is not supported; use client.authentication.k8s.io/v1 or v1beta1", "exec", "apiVersion");
        var command = user.Text("exec", "command") ?? throw user.Error("exec has no command", "exec");
        if (user.Text("exec", "interactiveMode") == "Always")
            throw user.Error("exec has interactiveMode: Always, but a build has no terminal to ask on", "exec", "interactiveMode");
        var env = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in (user.Body?.At("exec", "env") as Yaml.YamlSequence)?.Items ?? [])
            if (item.At("name") is Yaml.YamlScalar { Value.Length: > 0 } name)
                env[name.Value] = (item.At("value") as Yaml.YamlScalar)?.Value ?? "";
        return new(version, command.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar) ? user.Resolve(command) : command,
            user.List("exec", "args"), env, user.Text("exec", "installHint"), user.Text("exec", "provideClusterInfo") == "true");
    }
}
