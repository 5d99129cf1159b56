using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>Says what keeps a namespace from going: the namespace controller's conditions, and the objects they are about by name.</summary>
internal sealed partial class Blockage(ClusterClient caller, string ns)
{
    private const int ShownObjects = 5;

    /// <summary>Conditions of a namespace that is being deleted (core/v1 NamespaceConditionType).</summary>
    private static readonly string[] Telling =
        ["NamespaceContentRemaining", "NamespaceFinalizersRemaining", "NamespaceDeletionContentFailure", "NamespaceDeletionDiscoveryFailure", "NamespaceDeletionGroupVersionParsingFailure"];

    /// <summary>A sentence; never throws for a cluster that does not answer.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await caller.FindAsync(new(ApiResource.Namespaces, null, ns), cancellationToken) is not { } found)
                return "it went away just now";
            var conditions = Telling.Select(found.Condition).OfType<JsonObject>().Where(condition => (string?)condition["status"] == "True").ToList();
            if (conditions.Count == 0)
                return "the cluster does not say what is in the way";
            var said = string.Join(" ", conditions.Select(condition => $"{condition["type"]}: {condition["message"]}."));
            var names = await NamesAsync(said, cancellationToken);
            return names.Count == 0 ? said.TrimEnd('.') : $"{said} These are: {string.Join(", ", names)}";
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            return $"the cluster could not be asked what is in the way ({e.Message})";
        }
    }

    /// <summary>The objects of the resources that the conditions count ("configmaps. has 1 resource instances"), with their finalizers.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(string said, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (Match match in Counted().Matches(said))
        {
            if (names.Count >= ShownObjects || await PathAsync(match.Groups["group"].Value, cancellationToken) is not { } path)
                continue;
            var resource = match.Groups["resource"].Value;
            var list = new KubernetesObject((JsonObject)await caller.GetRawAsync($"{path}/namespaces/{ns}/{resource}?limit={ShownObjects}", cancellationToken));
            names.AddRange(list.Items("items").Select(item => Title(resource, new(item))).Take(ShownObjects - names.Count));
        }
        return names;
    }

    private static string Title(string resource, KubernetesObject item)
    {
        var finalizers = (item.At("metadata", "finalizers") as JsonArray)?.Select(each => each?.ToString()).ToList() ?? [];
        return $"{resource}/{item.Name}{(finalizers.Count > 0 ? $" (finalizers: {string.Join(", ", finalizers)})" : "")}";
    }

    private async Task<string?> PathAsync(string group, CancellationToken cancellationToken)
    {
        if (group.Length == 0)
            return "/api/v1";
        var found = await caller.GetRawAsync($"/apis/{group}", cancellationToken);
        return KubernetesObject.At(found, "preferredVersion", "groupVersion")?.ToString() is { } version ? $"/apis/{version}" : null;
    }

    [GeneratedRegex(@"(?<resource>[a-z0-9]+)\.(?<group>[a-z0-9.-]*) has \d+ resource instances")]
    private static partial Regex Counted();
}
