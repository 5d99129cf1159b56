using Kontrakt.Oci.Names;

namespace Kontrakt.Clusters.Pods;

/// <summary>When failed pulls are final. A kubelet tries at once, and again after 10, 30, 70 and 150 seconds.</summary>
/// <param name="Tries">After so many that failed.</param>
/// <param name="Grace">After so long in any case: events may be missing, from which tries are counted.</param>
public sealed record PullPatience(int Tries, TimeSpan Grace)
{
    public static PullPatience None { get; } = new(1, TimeSpan.Zero);
}

/// <summary>Tells a pull that can never work from one that may work in a moment, by what container runtimes and registries say.</summary>
public static class ImagePullMessage
{
    /// <summary>What a kubelet says between two tries, before the name of the image.</summary>
    private const string BackOff = "Back-off pulling image";

    /// <summary>Trouble of a moment, or of an unknown kind: a registry that starts again, or drops a connection.</summary>
    public static PullPatience Most { get; } = new(5, TimeSpan.FromMinutes(5));

    private static readonly string[] Passing =
    [
        "timeout", "timed out", "deadline exceeded", "connection reset", "server misbehaving", "temporary failure", "unexpected eof", ": eof",
        "500 internal server error", "502 bad gateway", "503 service unavailable", "504 gateway", "context canceled",
    ];

    /// <summary>Trouble that may pass, and that mostly does not: a name that no server knows, a registry that nobody serves, a limit of pulls, a full disk.</summary>
    private static readonly (PullPatience Patience, string[] Words)[] Doubtful =
    [
        (new(4, TimeSpan.FromMinutes(2)), ["toomanyrequests", "too many requests", "rate limit"]),
        (new(3, TimeSpan.FromSeconds(60)), ["connection refused", "refuses connections", "no route to host", "network is unreachable", "no space left on device"]),
        (new(2, TimeSpan.FromSeconds(30)), ["no such host", "the host name of"]),
    ];

    private static readonly string[] Final =
    [
        // There is no such image, or not for this node.
        "not found", "manifest unknown", "manifest_unknown", "manifest invalid", "name unknown", "name_unknown", "name invalid", "name_invalid", "blob unknown", "blob_unknown",
        "does not exist", "has no '", "no match for platform", "no matching manifest", "no child with platform",
        // The cluster may not have it.
        "unauthorized", "denied", "authentication required", "authorization failed", "no basic auth", "insufficient_scope", "forbidden",
        "incorrect username or password", "invalid username/password", "signature validation failed", "signature verification failed",
        // It cannot be a reference.
        "invalid reference format", "could not parse reference", "couldn't parse image", "invalid checksum digest", "unsupported digest algorithm", "must be lowercase",
        // The registry and the runtime do not speak the same language.
        "http response to https client", "first record does not look like a tls handshake", "malformed http response", "unsupported protocol scheme",
        "x509:", "failed to verify certificate", "bad certificate", "certificate required", "handshake failure", "protocol version not supported",
        // The registry has something else than an image that the runtime knows.
        "unsupported media type", "unsupported manifest", "unsupported schema version", "schema 1", "schema1", "schema v1", "encountered unknown type",
        "unexpected commit digest", "failed size validation", "mismatched image rootfs and manifest layers", "unexpected media type",
    ];

    /// <summary>After how many tries the trouble is final: after one where trying again cannot help; null where the message has no reason.</summary>
    /// <param name="image">The image of the container: what its name contains says nothing about the trouble.</param>
    public static PullPatience? Patience(string message, string image)
    {
        message = Without(message, image);
        if (message.Replace(BackOff, "", StringComparison.Ordinal).Trim('"', ' ', '.').Length == 0)
            return null;
        if (Holds(message, Passing))
            return Most;
        foreach (var (patience, words) in Doubtful)
        {
            if (Holds(message, words))
                return patience;
        }
        return Holds(message, Final) ? PullPatience.None : Most;
    }

    private static string Without(string message, string image) => !ImageReference.TryParse(image, out var reference, out _) ? message
        : message.Replace(reference.Repository, "", StringComparison.Ordinal).Replace(image, "", StringComparison.Ordinal).Replace($":{reference.TagOrDigest}", "", StringComparison.Ordinal).Replace(reference.Registry, "", StringComparison.OrdinalIgnoreCase);

    private static bool Holds(string message, string[] words) => words.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
