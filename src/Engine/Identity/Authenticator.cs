using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>Says whose a bearer token is. There is nobody else: no anonymous user, no client certificates, no passwords.</summary>
public sealed class Authenticator(AdminToken admin, TokenIssuer issuer)
{
    /// <summary>Null for a token that is nobody's, or no longer.</summary>
    public UserInfo? Authenticate(string bearerToken) => Verify(bearerToken, [TokenIssuer.ApiAudience])?.User;

    internal VerifiedToken? Verify(string token, IReadOnlyList<string> audiences)
    {
        if (!admin.Is(token))
            return issuer.Verify(token, audiences);
        return audiences.Contains(TokenIssuer.ApiAudience) ? new(admin.User, [TokenIssuer.ApiAudience]) : null;
    }
}
