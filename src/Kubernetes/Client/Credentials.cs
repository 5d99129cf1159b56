using System.Net;
using System.Net.Http.Headers;
using System.Text;
using k8s.Authentication;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Kubernetes.Client;

/// <summary>What one request shows: a header, a certificate, both or nothing.</summary>
internal sealed record Credential(AuthenticationHeaderValue? Header, ClusterIdentity.ClientCertificate? Certificate)
{
    public static Credential None { get; } = new(null, null);

    public static Credential Bearer(string token) => new(new AuthenticationHeaderValue("Bearer", token), null);

    public override string ToString() => "credential";
}

/// <summary>The credentials of one identity, kept fresh.</summary>
internal abstract class Credentials
{
    public abstract ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>After a 401: whether there is now another credential than the one that was refused.</summary>
    public virtual ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken) => new(false);

    public static Credentials For(ClusterConnection connection, TimeProvider time) => For(connection.Identity, connection, time);

    private static Credentials For(ClusterIdentity identity, ClusterConnection connection, TimeProvider time) => identity switch
    {
        ClusterIdentity.Anonymous => new FixedCredentials(Credential.None),
        ClusterIdentity.Token { Renew: { } renew } token => new RenewedCredentials(Credential.Bearer(token.Value), renew),
        ClusterIdentity.Token token => new FixedCredentials(Credential.Bearer(token.Value)),
        ClusterIdentity.Basic basic => new FixedCredentials(new(
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.User}:{basic.Password}"))), null)),
        ClusterIdentity.TokenFile file => new TokenFileCredentials(file.Path),
        ClusterIdentity.Exec exec => new ExecCredentials(exec.Plugin, connection, time),
        ClusterIdentity.ClientCertificate { Also: null } certificate => new FixedCredentials(new(null, certificate)),
        ClusterIdentity.ClientCertificate { Also: { } also } certificate => new CertifiedCredentials(certificate, For(also, connection, time)),
        _ => throw new ArgumentException($"unknown identity {identity.GetType().Name}", nameof(identity)),
    };

    /// <summary>No credential was available: a refusal that never left this machine.</summary>
    protected static KubernetesException Unusable(string message, Exception? inner = null) =>
        new(message, HttpStatusCode.Unauthorized, KubernetesException.CredentialReason, [], inner: inner);
}

internal sealed class FixedCredentials(Credential credential) : Credentials
{
    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);
}

/// <summary>A token, and another one once it is refused.</summary>
internal sealed class RenewedCredentials(Credential first, Func<CancellationToken, Task<string>> renew) : Credentials
{
    private readonly Gate gate = new();
    private volatile Credential last = first;

    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(last);

    public override async ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken) =>
        await gate.RunAsync(async () =>
        {
            // Another request may have renewed it while this one was refused.
            if (!Equals(last.Header, refused.Header))
                return true;
            try
            {
                last = Credential.Bearer(await renew(cancellationToken));
                return true;
            }
            catch (KubernetesException)
            {
                return false; // The refusal says it all: whoever asks for the token is refused too, or its account is gone.
            }
        }, cancellationToken);
}

/// <summary>A client certificate, and another identity's header beside it.</summary>
internal sealed class CertifiedCredentials(ClusterIdentity.ClientCertificate certificate, Credentials also) : Credentials
{
    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken) =>
        (await also.GetAsync(cancellationToken)) with { Certificate = certificate };

    public override ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken) => also.RenewAsync(refused, cancellationToken);
}

/// <summary>A token file that is rewritten from time to time (a pod's account: about hourly); read once a minute, and again when its token is refused.</summary>
internal sealed class TokenFileCredentials(string path) : Credentials
{
    private volatile TokenFileAuth file = new(path);

    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            var header = await file.GetAuthenticationHeaderAsync(cancellationToken);
            if (HeaderText.IsToken(header.Parameter ?? ""))
                return new(header, null);
        }
        catch (AggregateException e) when (e.InnerException is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"the token file {path} cannot be read: {e.InnerException.Message}", e);
        }
        catch (FormatException)
        {
            // Line breaks: the header would not have taken it.
        }
        file = new(path); // It may be half written: only a token is kept for a minute.
        throw Unusable($"the token file {path} does not hold one token");
    }

    public override async ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken)
    {
        file = new(path);
        return !Equals((await GetAsync(cancellationToken)).Header, refused.Header);
    }
}
