using System.Net;
using System.Text.RegularExpressions;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>The name the cluster knows a client by, for messages.</summary>
internal static partial class WhoAmI
{
    private static readonly string[] ReviewVersions = ["v1", "v1beta1", "v1alpha1"];

    public static async Task<string> AskAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await ReviewAsync(client, cancellationToken) ?? await FromRefusalAsync(client, cancellationToken) ?? Fallback(client);
        }
        catch (KubernetesException)
        {
            return Fallback(client); // Only a name for a message that has its own, more important news.
        }
    }

    private static string Fallback(ClusterClient client) => $"the user of context {client.Connection.Name}";

    /// <summary>SelfSubjectReview, where discovery shows it (1.28; earlier as beta or alpha).</summary>
    private static async Task<string?> ReviewAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        foreach (var version in ReviewVersions)
        {
            var kind = new GroupVersionKind("authentication.k8s.io", version, "SelfSubjectReview");
            if (await client.FindResourceAsync(kind, cancellationToken) is not { } resource)
                continue;
            var body = new KubernetesObject(new() { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind });
            var answer = await client.CreateAsync(resource, null, body, cancellationToken);
            if (answer.Text("status", "userInfo", "username") is { Length: > 0 } name)
                return name;
        }
        return null;
    }

    /// <summary>A refusal names whom it refuses, in every version; nobody without all rights may read a path that does not exist.</summary>
    private static async Task<string?> FromRefusalAsync(ClusterClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetRawAsync("/kontrakt-who-am-i", cancellationToken);
            return null;
        }
        catch (KubernetesException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            return RefusedUser().Match(e.Message) is { Success: true } match ? match.Groups[1].Value : null;
        }
    }

    [GeneratedRegex("User \"([^\"]+)\" cannot")]
    private static partial Regex RefusedUser();
}
