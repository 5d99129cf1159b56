using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Kontrakt.Oci.Names;

/// <summary>A content digest (OCI image-spec, descriptor.md#digests): sha256 or sha512 and lower-case hex.</summary>
public readonly record struct Digest
{
    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdef");

    private Digest(string text) => Text = text;

    private string? Text { get; }
    public string Algorithm => ToString()[..6];
    public string Hex => ToString()[7..];

    public static Digest Sha256(ReadOnlySpan<byte> content) => FromSha256(SHA256.HashData(content));
    public static Digest FromSha256(ReadOnlySpan<byte> hash) => new("sha256:" + Convert.ToHexStringLower(hash));

    /// <summary>The digest of the content by this digest's own algorithm.</summary>
    public Digest Same(ReadOnlySpan<byte> content) => Algorithm == "sha512" ? new("sha512:" + Convert.ToHexStringLower(SHA512.HashData(content))) : Sha256(content);

    /// <summary>A running hash of this digest's algorithm.</summary>
    internal IncrementalHash StartHash() => IncrementalHash.CreateHash(Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    internal bool Matches(ReadOnlySpan<byte> hash) => Hex.AsSpan().SequenceEqual(Convert.ToHexStringLower(hash));

    /// <exception cref="FormatException">The text is not a sha256 or sha512 digest.</exception>
    public static Digest Parse(string text) => TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a digest (sha256: and 64 lower-case hex digits)");

    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        var hexDigits = text is null ? 0 : text.StartsWith("sha256:", StringComparison.Ordinal) ? 64 : text.StartsWith("sha512:", StringComparison.Ordinal) ? 128 : 0;
        if (text is null || hexDigits == 0 || text.Length != 7 + hexDigits || text.AsSpan(7).ContainsAnyExcept(HexDigits))
        {
            digest = default;
            return false;
        }
        digest = new(text);
        return true;
    }

    public override string ToString() => Text ?? throw new InvalidOperationException("an empty digest");
}
