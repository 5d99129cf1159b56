using System.Security.Cryptography;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Attestations;

/// <summary>An ECDSA key on the curve P-256, private (to sign) or public (to verify). Says nothing of itself but its id.</summary>
public sealed class AttestationKey : IDisposable
{
    private const int LargestFile = 64 * 1024;
    private const string Curve = "1.2.840.10045.3.1.7";

    private readonly ECDsa _key;

    private AttestationKey(ECDsa key) => (_key, Id) = (key, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())));

    /// <summary>The hash of the public key (SubjectPublicKeyInfo).</summary>
    public string Id { get; }

    /// <param name="setting">What names the file, for the error.</param>
    /// <exception cref="KontraktException">KTR1163: the file has no such key.</exception>
    public static AttestationKey Private(string file, string setting) => Read(file, setting, isPrivate: true);

    /// <param name="setting">What names the file, for the error.</param>
    /// <exception cref="KontraktException">KTR1163: the file has no such key.</exception>
    public static AttestationKey Public(string file, string setting) => Read(file, setting, isPrivate: false);

    /// <summary>ECDSA with SHA-256, in DER: what "openssl dgst -sha256 -verify" takes.</summary>
    public byte[] Sign(byte[] data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public bool Verify(byte[] data, byte[] signature) => _key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();

    private static AttestationKey Read(string file, string setting, bool isPrivate)
    {
        var key = ECDsa.Create();
        try
        {
            return Problem(key, file, isPrivate) is { } problem
                ? throw Ktr.AttestationKeyInvalid.Error(null, file, setting, isPrivate ? "a private key without a password" : "a public key", problem)
                : new(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Reads the key; why that cannot be, as the end of a sentence. Never what the library says, which may quote what it read.</summary>
    private static string? Problem(ECDsa key, string file, bool isPrivate)
    {
        try
        {
            if (new FileInfo(file).Length > LargestFile)
                return "it is too large for a key";
            key.ImportFromPem(File.ReadAllText(file));
            // Throws where there is only the public one.
            return key.ExportParameters(includePrivateParameters: isPrivate).Curve.Oid.Value == Curve ? null : "its curve is another one";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return "it holds no such key";
        }
    }
}
