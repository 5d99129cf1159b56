namespace Kontrakt.Clusters.Pods;

/// <summary>Tells a pull that can never work from one that may work in a moment, by what container runtimes and registries say.</summary>
public static class ImagePullMessage
{
    private static readonly string[] Passing =
    [
        "toomanyrequests", "too many requests", "rate limit", "429", "timeout", "timed out", "deadline exceeded", "connection refused", "connection reset",
        "no route to host", "network is unreachable", "no such host", "server misbehaving", "temporary failure", "unexpected eof", ": eof",
        "500 internal server error", "502 bad gateway", "503 service unavailable", "504 gateway", "context canceled",
    ];

    private static readonly string[] Final =
    [
        "not found", "manifest unknown", "manifest_unknown", "name unknown", "name_unknown", "does not exist", "unauthorized", "denied", "authentication required",
        "authorization failed", "no basic auth", "insufficient_scope", "forbidden", "no match for platform", "no matching manifest",
        "invalid reference format", "server gave http response to https client",
    ];

    /// <summary>True when trying again cannot help: the image does not exist, or the cluster may not have it.</summary>
    public static bool IsFinal(string message) => !Holds(message, Passing) && Holds(message, Final);

    private static bool Holds(string message, string[] words) => words.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
