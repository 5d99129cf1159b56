using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>Reads from a server's refusal which fields it does not know.</summary>
public static partial class ServerFieldErrors
{
    /// <summary>
    /// The unknown fields that a message names: of strict validation (from 1.25: unknown field "spec.foo") and of server-side apply
    /// (every version: .spec.foo: field not declared in schema). Empty when the message is about something else.
    /// </summary>
    /// <param name="message">The message of the <see cref="Client.KubernetesException"/>.</param>
    /// <param name="body">The object that was sent.</param>
    public static IReadOnlyList<UnknownField> UnknownFields(string message, JsonNode? body) =>
        [.. UnknownPaths(message).Select(path => new UnknownField(FieldPath.Parse(path, body), null))];

    internal static IEnumerable<string> UnknownPaths(string message) =>
        StrictDecoding().Matches(message).Concat(TypedPatch().Matches(message)).Select(match => match.Groups["path"].Value).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Server-side apply refuses what does not fit the schema with a bare 500 in every version: the object is wrong, not the server.
    /// </summary>
    internal static bool IsSchemaMismatch(string message) => message.StartsWith("failed to create typed patch object", StringComparison.Ordinal)
        || message.StartsWith("failed to create manager for", StringComparison.Ordinal)
        || message.StartsWith("failed to convert new object to proper version", StringComparison.Ordinal);

    [GeneratedRegex("unknown field \"(?<path>[^\"]+)\"")]
    private static partial Regex StrictDecoding();

    [GeneratedRegex(@"(?<path>\.(?:[^\s:\[]|\[(?:[^\]""]|""(?:[^""\\]|\\.)*"")*\])+): field not declared in schema")]
    private static partial Regex TypedPatch();
}
