using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>The token of whom the engine belongs to, 256 random bits; it may do everything.</summary>
public sealed class AdminToken
{
    private readonly byte[] hash;

    public AdminToken() : this(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)))
    {
    }

    /// <param name="value">One made before.</param>
    public AdminToken(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        Value = value;
        hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Secret: for the handshake file alone.</summary>
    public string Value { get; }

    public UserInfo User { get; } = new("kontrakt-admin", "", [Groups.Masters, Groups.Authenticated]);

    /// <summary>By hashes, so that the time it takes tells nothing of the token, not even its length.</summary>
    public bool Is(string token) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), hash);

    public override string ToString() => "the admin token";
}
