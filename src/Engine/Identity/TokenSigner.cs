using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Identity;

/// <summary>
/// JSON Web Tokens of one key and one algorithm, ES256 (RFC 7515, RFC 7518). The header of every token is the same, so that of a token to be
/// read is compared and not interpreted: no "alg" or "kid" of a client's choice has any effect.
/// </summary>
internal sealed class TokenSigner : IDisposable
{
    /// <summary>Far above any token made here; what is longer is not looked at.</summary>
    private const int Longest = 16 * 1024;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    /// <summary>Instances of <see cref="ECDsa"/> promise nothing to concurrent callers.</summary>
    private readonly Lock gate = new();
    private readonly string header;

    public TokenSigner()
    {
        var id = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        header = Encode(new() { ["alg"] = "ES256", ["kid"] = id });
    }

    public string Sign(JsonObject claims)
    {
        var signed = $"{header}.{Encode(claims)}";
        lock (gate)
            return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The claims of a token that was signed here; null for any other text.</summary>
    public JsonObject? Open(string token)
    {
        if (token.Length > Longest || !token.StartsWith(header + ".", StringComparison.Ordinal) || !token.All(IsOfTokens))
            return null;
        var parts = token.Split('.');
        if (parts.Length != 3 || Decode(parts[1]) is not { } claims || Decode(parts[2]) is not { Length: 64 } signature)
            return null;
        lock (gate)
            if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256))
                return null;
        return JsonNode.Parse(claims) as JsonObject;
    }

    public void Dispose() => key.Dispose();

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private static byte[]? Decode(string part) => Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;

    private static bool IsOfTokens(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.';
}
