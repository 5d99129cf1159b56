using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Scheduling;

/// <summary>
/// Whether a pod may run on the node. What it requests is compared with all that the node has and not with what is left: kontrakts share one
/// machine for a short time, and requests are made for larger ones.
/// </summary>
internal static class NodeFit
{
    /// <summary>What a node that takes no new pods is as a taint.</summary>
    private static readonly JsonObject Unschedulable = new() { ["key"] = "node.kubernetes.io/unschedulable", ["effect"] = "NoSchedule" };

    /// <returns>Why not, as kube-scheduler words it; null where it may.</returns>
    public static string? WhyNot(PodDefinition pod, KubernetesObject node) => Text([.. Mismatches(pod, node), .. Shortages(pod, node)]);

    /// <summary>The same whatever the node has room for.</summary>
    public static string? Mismatch(PodDefinition pod, KubernetesObject node) => Text([.. Mismatches(pod, node)]);

    private static string? Text(string[] reasons) => reasons.Length == 0 ? null : $"0/1 nodes are available: {string.Join(", ", reasons)}.";

    private static IEnumerable<string> Mismatches(PodDefinition pod, KubernetesObject node)
    {
        var tolerations = pod.View.Items("spec", "tolerations").ToList();
        if (Taint(tolerations, node) is { } taint)
            yield return $"1 node(s) had untolerated taint {{{taint["key"]}: {taint["value"]}}}";
        else if (node.Text("spec", "unschedulable") == "true" && !tolerations.Exists(each => Tolerates(each, Unschedulable)))
            yield return "1 node(s) were unschedulable";
        if (!Selected(pod, node) || !InAffinity(pod, node))
            yield return "1 node(s) didn't match Pod's node affinity/selector";
    }

    private static IEnumerable<string> Shortages(PodDefinition pod, KubernetesObject node) => ((string[])["cpu", "memory"])
        .Where(resource => Quantity.Read(node.Text("status", "allocatable", resource))?.Amount is { } all && PodResources.Requested(pod, resource) > all)
        .Select(resource => $"1 Insufficient {resource}");

    private static bool Selected(PodDefinition pod, KubernetesObject node)
    {
        var labels = node.Labels;
        return (pod.View.At("spec", "nodeSelector") as JsonObject ?? []).All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value?.ToString());
    }

    /// <summary>One of the terms must match; a term without anything matches nothing.</summary>
    private static bool InAffinity(PodDefinition pod, KubernetesObject node)
    {
        var terms = pod.View.Items("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").ToList();
        return terms.Count == 0 || terms.Any(term => Matches(term, node));
    }

    private static bool Matches(JsonObject term, KubernetesObject node)
    {
        var expressions = Requirements(term, "matchExpressions");
        var fields = Requirements(term, "matchFields");
        return expressions.Count + fields.Count > 0
            && expressions.TrueForAll(each => Matches(each, node.Labels.GetValueOrDefault(Text(each, "key"))))
            && fields.TrueForAll(each => Matches(each, Text(each, "key") == "metadata.name" ? node.Name : null));
    }

    private static bool Matches(JsonObject requirement, string? value)
    {
        var values = KubernetesObject.Texts(requirement["values"]);
        return Text(requirement, "operator") switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Compare(value, values) > 0,
            "Lt" => Compare(value, values) < 0,
            _ => false,
        };
    }

    private static int Compare(string? value, IReadOnlyList<string> values) =>
        values.Count == 1 && long.TryParse(value, out var left) && long.TryParse(values[0], out var right) ? left.CompareTo(right) : 0;

    private static JsonObject? Taint(List<JsonObject> tolerations, KubernetesObject node) =>
        node.Items("spec", "taints").Where(taint => Text(taint, "effect") is "NoSchedule" or "NoExecute").FirstOrDefault(taint => !tolerations.Exists(each => Tolerates(each, taint)));

    private static bool Tolerates(JsonObject toleration, JsonObject taint) =>
        (Text(toleration, "effect") is var effect && effect.Length == 0 || effect == Text(taint, "effect"))
        && (Text(toleration, "key") is var key && key.Length == 0 ? Text(toleration, "operator") == "Exists" : key == Text(taint, "key"))
        && (Text(toleration, "operator") == "Exists" || Text(toleration, "value") == Text(taint, "value"));

    private static List<JsonObject> Requirements(JsonObject term, string field) => [.. (term[field] as JsonArray ?? []).OfType<JsonObject>()];

    private static string Text(JsonObject map, string field) => map[field]?.ToString() ?? "";
}
