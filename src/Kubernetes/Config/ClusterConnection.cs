namespace Kontrakt.Kubernetes.Config;

/// <summary>What it takes to speak to one cluster: server, trust and identity. Made by <see cref="KubeConfig"/> or from a pod's own account.</summary>
public sealed record ClusterConnection
{
    /// <summary>http or https; a path before the API's own paths is kept (Rancher and other gateways).</summary>
    public required Uri Server { get; init; }
    /// <summary>The context's name as the user knows it; "in-cluster" in a pod.</summary>
    public required string Name { get; init; }
    /// <summary>The context's default namespace, or null.</summary>
    public string? Namespace { get; init; }
    /// <summary>PEM, one or more certificates; null trusts what the machine trusts.</summary>
    public ReadOnlyMemory<byte>? CertificateAuthority { get; init; }
    public bool InsecureSkipTlsVerify { get; init; }
    public string? TlsServerName { get; init; }
    /// <summary>http, https or socks5; null takes HTTPS_PROXY, HTTP_PROXY and NO_PROXY from the environment.</summary>
    public Uri? Proxy { get; init; }
    public required ClusterIdentity Identity { get; init; }
    /// <summary>Of a server whose process is known: what there is to say when it has ended, null while it runs. A dead one is not asked again. Null where nothing is known.</summary>
    public Func<string?>? Ended { get; init; }
    /// <summary>The user entry's "as": whom its owner acts as; null for itself. <see cref="Client.ClientOptions"/> takes precedence over it.</summary>
    public string? ImpersonateUser { get; init; }
    public IReadOnlyList<string> ImpersonateGroups { get; init; } = [];
}

/// <summary>Who one is to the cluster.</summary>
public abstract record ClusterIdentity
{
    public sealed record Anonymous : ClusterIdentity;
    public sealed record Token(string Value) : ClusterIdentity
    {
        /// <summary>Gets another token when this one, or the one got last, is refused (401): it has expired, as in a laptop that slept. Null: there is no other.</summary>
        /// <remarks>A <see cref="Client.KubernetesException"/> that it throws leaves the refusal as it is.</remarks>
        public Func<CancellationToken, Task<string>>? Renew { get; init; }

        public override string ToString() => "token";
    }
    /// <summary>A token file that may be rewritten while we run.</summary>
    public sealed record TokenFile(string Path) : ClusterIdentity;
    public sealed record Basic(string User, string Password) : ClusterIdentity { public override string ToString() => "basic"; }
    /// <summary>PEM. <paramref name="Also"/>: what goes into the Authorization header beside it, for gateways that ask for both.</summary>
    public sealed record ClientCertificate(ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Key, ClusterIdentity? Also = null) : ClusterIdentity { public override string ToString() => "client certificate"; }
    /// <summary>A credential plugin (client.authentication.k8s.io).</summary>
    public sealed record Exec(ExecPlugin Plugin) : ClusterIdentity;
}

/// <summary>The exec section of a kubeconfig user.</summary>
/// <param name="Command">A name to be found in PATH, or a full path.</param>
public sealed record ExecPlugin(string ApiVersion, string Command, IReadOnlyList<string> Args, IReadOnlyDictionary<string, string> Env,
    string? InstallHint, bool ProvideClusterInfo)
{
    /// <summary>Names arguments and environment by count only: they may hold secrets.</summary>
    public override string ToString() => $"exec {Command} ({Args.Count} arguments)";
}
