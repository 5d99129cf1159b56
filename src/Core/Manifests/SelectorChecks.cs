using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Settings;

namespace Kontrakt.Manifests;

/// <summary>
/// Services that select no pod of their kontrakt. It is a warning: one may be empty on purpose. Where something else may make pods (a custom resource, or
/// a test with rights), nothing is known.
/// </summary>
internal static class SelectorChecks
{
    /// <summary>Kubernetes' own groups with a dot in the name, except that of rights.</summary>
    private static readonly string[] WithoutPods = ["networking.k8s.io", "discovery.k8s.io", "storage.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "events.k8s.io", "node.k8s.io", "metrics.k8s.io"];

    public static IEnumerable<Diagnostic> Check(KontraktManifests kontrakt, KontraktSettings settings)
    {
        // A namespace that is not the run's own has pods of others.
        if (settings.Namespace is not null || kontrakt.Objects.Any(manifest => MakesPods(manifest.Object.GroupVersionKind)))
            yield break;
        var pods = kontrakt.PodTemplates.Select(Labels).ToList();
        foreach (var service in kontrakt.Objects.Where(manifest => manifest.Object is { ApiVersion: "v1", Kind: "Service" } && manifest.Object.Text("spec", "type") != "ExternalName"))
        {
            var selector = Given(service.Object.At("spec", "selector"));
            if (selector.Count > 0 && !pods.Exists(pod => selector.All(label => pod.TryGetValue(label.Key, out var value) && MayBe(value, label.Value))))
                yield return Ktr.SelectsNothing.At(service.Locate("spec", "selector"), service.Title, Text(selector), pods.Count == 0 ? "none" : string.Join("; ", pods.Select(Text).Distinct())) with { Severity = Severity.Warning };
        }
    }

    private static bool MakesPods(GroupVersionKind kind) => kind.Group.Contains('.') && !WithoutPods.Contains(kind.Group, StringComparer.Ordinal);

    private static Dictionary<string, string> Labels(PodTemplate template) => Given(template.Manifest.Object.At([.. template.Path, "metadata", "labels"]));

    /// <summary>Without those that a controller adds to its pods.</summary>
    private static Dictionary<string, string> Given(JsonNode? labels) => (labels as JsonObject ?? []).Where(label => !IsAdded(label.Key))
        .ToDictionary(label => label.Key, label => label.Value?.ToString() ?? "", StringComparer.Ordinal);

    private static bool IsAdded(string label) => label is "job-name" or "controller-uid" or "pod-template-hash" or "controller-revision-hash"
        || (label.Split('/') is [var prefix, _] && (prefix is "batch.kubernetes.io" or "apps.kubernetes.io" or "statefulset.kubernetes.io"));

    /// <summary>A token has its value later.</summary>
    private static bool MayBe(string value, string wanted) => value == wanted || value.Contains("${", StringComparison.Ordinal) || wanted.Contains("${", StringComparison.Ordinal);

    private static string Text(Dictionary<string, string> labels) => labels.Count == 0 ? "(no labels)" : string.Join(", ", labels.Select(label => $"{label.Key}={label.Value}"));
}
