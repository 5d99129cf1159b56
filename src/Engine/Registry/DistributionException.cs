namespace Kontrakt.Engine.Registry;

/// <summary>A request that the registry refuses (distribution-spec 1.1, "Error Codes").</summary>
/// <param name="detail">What exactly: a digest, a name.</param>
public sealed class DistributionException(int status, string code, string message, string? detail = null) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
    public string? Detail { get; } = detail;
    /// <summary>Of a 401: how to say who one is.</summary>
    public string? Challenge { get; init; }

    internal static DistributionException NameInvalid(string name) => new(400, "NAME_INVALID", "invalid repository name", name);
    internal static DistributionException NameUnknown(string name) => new(404, "NAME_UNKNOWN", "repository name not known to registry", name);
    internal static DistributionException TagInvalid(string tag) => new(400, "MANIFEST_INVALID", "neither a digest nor a tag (at most 128 letters, digits, '_', '.' and '-')", tag);
    internal static DistributionException DigestInvalid(string message, string? digest) => new(400, "DIGEST_INVALID", message, digest);
    internal static DistributionException BlobUnknown(string digest) => new(404, "BLOB_UNKNOWN", "blob unknown to registry", digest);
    internal static DistributionException UploadUnknown(string id) => new(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry: it is finished, given up, or of a registry that has ended since", id);
    internal static DistributionException ManifestUnknown(string reference) => new(404, "MANIFEST_UNKNOWN", "manifest unknown", reference);
    internal static DistributionException ManifestInvalid(string message) => new(400, "MANIFEST_INVALID", message);
    internal static DistributionException SizeInvalid(string message) => new(400, "SIZE_INVALID", message);
    internal static DistributionException Denied(string message) => new(403, "DENIED", message);
    internal static DistributionException PageInvalid(string number) => new(400, "UNSUPPORTED", "n is a number of results, from 0 on", number);
    internal static DistributionException Misplaced(long has) => new(416, "BLOB_UPLOAD_INVALID", $"a chunk begins where the one before ended: {has} bytes have arrived");
}
