using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Kontrakt.Engine.Registry;

/// <summary>
/// Tokens that allow what they say themselves, for a while: what it says, signed with a key that ends with the engine. Nothing is kept of them.
/// </summary>
internal sealed class RegistryGrants(TimeProvider time)
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    private sealed record Grant(long Until, IReadOnlyList<RegistryScope> Scopes);

    /// <returns>Secret.</returns>
    public string Issue(IReadOnlyList<RegistryScope> scopes, TimeSpan life)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new Grant((time.GetUtcNow() + life).ToUnixTimeSeconds(), scopes));
        return $"{Base64Url.EncodeToString(content)}.{Base64Url.EncodeToString(Sign(content))}";
    }

    /// <summary>Null for what is not a token of this engine, or no longer.</summary>
    public (IReadOnlyList<RegistryScope> Scopes, TimeSpan Left)? Verify(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 2 || Decode(parts[0]) is not { } content || Decode(parts[1]) is not { } signature || !CryptographicOperations.FixedTimeEquals(Sign(content), signature))
            return null;
        var said = JsonSerializer.Deserialize<Grant>(content) ?? throw new InvalidOperationException("a token was signed that says nothing");
        var left = DateTimeOffset.FromUnixTimeSeconds(said.Until) - time.GetUtcNow();
        return left > TimeSpan.Zero ? (said.Scopes, left) : null;
    }

    private byte[] Sign(byte[] content) => HMACSHA256.HashData(key, content);

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var length) ? bytes[..length] : null;
    }
}

/// <summary>A repository and what may be done there (distribution's token specification: "repository:name:pull,push").</summary>
internal sealed record RegistryScope(string Repository, IReadOnlyList<string> Actions)
{
    public const string Push = "push";
    public const string Delete = "delete";

    /// <summary>Null for a scope that is of no repository.</summary>
    public static RegistryScope? Parse(string text) => text.Split(':') is ["repository", var name, var actions] ? new(name, actions.Split(',')) : null;
}
