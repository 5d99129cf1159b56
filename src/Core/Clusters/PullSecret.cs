using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Clusters;

/// <summary>The registry's pull secret that a run copies into its namespaces (KontraktImagePullSecret).</summary>
internal static class PullSecret
{
    private static readonly string[] Types = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

    /// <summary>The secret as it is in its namespace; null when none is configured.</summary>
    /// <exception cref="KontraktException">It does not exist, not readable, or no pull secret (KTR3015).</exception>
    public static async Task<KubernetesObject?> ReadAsync(ClusterClient caller, KontraktSettings settings, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(settings.ImagePullSecret))
            return null;
        var parts = settings.ImagePullSecret.Trim().Split('/');
        var ns = parts.Length > 1 ? parts[0] : caller.Connection.Namespace is { Length: > 0 } own ? own : "default";
        if (parts.Length > 2 || parts.Any(part => part.Length == 0))
            throw Unusable("it is written as namespace/name, or as a name in the context's namespace");
        try
        {
            var secret = await caller.FindAsync(new(ApiResource.Secrets, ns, parts[^1]), cancellationToken)
                ?? throw Unusable($"there is no such secret in the namespace '{ns}' of cluster '{caller.Connection.Name}'");
            return Types.Contains(secret.Text("type"), StringComparer.Ordinal) ? secret
                : throw Unusable($"its type is '{secret.Text("type")}', and a pull secret's is {string.Join(" or ", Types)}");
        }
        catch (KubernetesException e) when (e.Code == HttpStatusCode.Forbidden)
        {
            throw Unusable($"it may not be read: {e.Message}");
        }

        KontraktException Unusable(string why) => Ktr.PullSecretUnusable.Error(null, settings.ImagePullSecret, why);
    }

    /// <summary>The copy for a lease. In a namespace of its own it keeps its name, so that manifests that name it find it.</summary>
    public static KubernetesObject CopyFor(LeasePlan plan, KubernetesObject secret) => new(new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = plan.Metadata(plan.Created ? secret.Name : plan.ServiceAccount),
        ["type"] = secret.Text("type"),
        ["data"] = secret.At("data")?.DeepClone(),
    });

    public static JsonArray References(string name) => new(new JsonObject { ["name"] = name });
}
