using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>The tokens of a pod's volumes; each is issued again when four fifths of its life are over, as the kubelet does.</summary>
internal sealed class PodTokens(Func<PodTokenRequest, PodToken> issue, TimeProvider time)
{
    private readonly Dictionary<(string Volume, string Path), (PodToken Token, DateTimeOffset Until)> tokens = [];

    /// <summary>When the next one has to be issued; null for none.</summary>
    public DateTimeOffset? NextRefresh => tokens.Count == 0 ? null : tokens.Values.Min(each => each.Until);

    /// <param name="source">A serviceAccountToken of a projected volume.</param>
    public string Get(string volume, JsonObject source)
    {
        var now = time.GetUtcNow();
        var key = (volume, source["path"]?.ToString() ?? "");
        if (tokens.TryGetValue(key, out var known) && now < known.Until)
            return known.Token.Text;
        var token = issue(new(source["audience"]?.ToString(), KubernetesObject.Number(source["expirationSeconds"], 3600)));
        tokens[key] = (token, now + (token.Expires - now) * 0.8);
        return token.Text;
    }
}

/// <summary>A token of a service account that is bound to a pod.</summary>
internal sealed record PodToken(string Text, DateTimeOffset Expires);

/// <param name="Audience">null for the API server.</param>
internal sealed record PodTokenRequest(string? Audience, long Seconds);
