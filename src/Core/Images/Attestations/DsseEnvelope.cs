using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kontrakt.Images.Attestations;

/// <summary>A signed text (DSSE 1.0): the text itself, its type, and signatures over both.</summary>
public sealed record DsseEnvelope
{
    public const string MediaType = "application/vnd.dsse.envelope.v1+json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public required string PayloadType { get; init; }
    /// <summary>In base64.</summary>
    public required byte[] Payload { get; init; }
    public required IReadOnlyList<DsseSignature> Signatures { get; init; }

    public static DsseEnvelope Sign(string payloadType, byte[] payload, AttestationKey key) => new()
    {
        PayloadType = payloadType,
        Payload = payload,
        Signatures = [new(key.Sign(Encode(payloadType, payload)), key.Id)],
    };

    /// <summary>Whether one of the signatures is by this key. What a signature says of its own key is a hint, and not looked at.</summary>
    public bool IsSignedBy(AttestationKey key)
    {
        var signed = Encode(PayloadType, Payload);
        return Signatures.Any(signature => key.Verify(signed, signature.Sig));
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="FormatException">It is not an envelope.</exception>
    public static DsseEnvelope Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<DsseEnvelope>(bytes, Json) ?? throw new FormatException("it is null");
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>What is signed (PAE): "DSSEv1", and type and payload with their lengths in bytes.</summary>
    internal static byte[] Encode(string payloadType, byte[] payload) =>
        [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ")), .. payload];
}

/// <param name="Sig">In base64; of an ECDSA key in DER (RFC 3279).</param>
/// <param name="Keyid">A hint.</param>
public sealed record DsseSignature(byte[] Sig, [property: JsonPropertyName("keyid")] string? Keyid = null);
