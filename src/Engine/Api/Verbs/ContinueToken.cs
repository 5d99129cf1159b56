using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>Where the next page of a list begins: after this object, as all was at this revision.</summary>
internal sealed record ContinueToken(long Revision, string Namespace, string Name)
{
    /// <summary>The revision of a list that continues with what exists by now.</summary>
    public const long Newest = -1;

    /// <returns>null for "".</returns>
    /// <exception cref="StatusException">400: it is not from this engine.</exception>
    public static ContinueToken? Parse(string text)
    {
        if (text.Length == 0)
            return null;
        try
        {
            var token = new KubernetesObject(JsonNode.Parse(Base64Url.DecodeFromChars(text)) as JsonObject ?? []);
            if (KubernetesObject.Number(token.At("rv")) is not 0 and var revision && token.Text("start") is { Length: > 0 } start && start.Split('\0') is [var inNamespace, var name])
                return new(revision, inNamespace, name);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Reported below, as anything else that is not a token.
        }
        throw StatusException.BadRequest("invalid continue token: continue key is not valid");
    }

    public bool IsBefore(ObjectKey key) =>
        string.CompareOrdinal(Namespace, key.Namespace) is var order && (order < 0 || (order == 0 && string.CompareOrdinal(Name, key.Name) < 0));

    public override string ToString() =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = Revision, ["start"] = $"{Namespace}\0{Name}" }));
}
