using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>Which pods a quota is about. One with scopes is about nothing else.</summary>
internal static class QuotaScopes
{
    public static IReadOnlyList<string> Known { get; } = ["BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating", "PriorityClass", "Terminating", "VolumeAttributesClass"];

    /// <summary>Those that exclude each other.</summary>
    public static IReadOnlyList<(string, string)> Opposites { get; } = [("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")];

    private static readonly string[] Computed = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];

    public static bool Include(KubernetesObject quota, ResourceKind kind, KubernetesObject item) =>
        quota.Texts("spec", "scopes").All(scope => kind == Kinds.Pod && Matches(scope, "Exists", [], item))
        && quota.Items("spec", "scopeSelector", "matchExpressions").All(each => kind == Kinds.Pod && Matches(each.Text("scopeName"), each.Text("operator"), KubernetesObject.Texts(each["values"]), item));

    /// <summary>Whether a quota with the scope may limit a standard resource.</summary>
    public static bool Allow(string scope, string resource) => resource == "pods" || (scope != "BestEffort" && Computed.Contains(resource));

    private static bool Matches(string scope, string comparison, IReadOnlyList<string> values, KubernetesObject pod) => scope switch
    {
        "Terminating" => IsTerminating(pod),
        "NotTerminating" => !IsTerminating(pod),
        "BestEffort" => PodResources.QosClass(pod) == "BestEffort",
        "NotBestEffort" => PodResources.QosClass(pod) != "BestEffort",
        "CrossNamespacePodAffinity" => ((string[])["podAffinity", "podAntiAffinity"]).Any(field => IsAboutOtherNamespaces(pod.At("spec", "affinity", field) as JsonObject)),
        _ => comparison switch
        {
            "In" => values.Contains(pod.Text("spec", "priorityClassName")),
            "NotIn" => !values.Contains(pod.Text("spec", "priorityClassName")),
            "Exists" => pod.Text("spec", "priorityClassName").Length > 0,
            _ => pod.Text("spec", "priorityClassName").Length == 0,
        },
    };

    /// <summary>It ends by itself after some time.</summary>
    private static bool IsTerminating(KubernetesObject pod) => pod.At("spec", "activeDeadlineSeconds") is not null;

    private static bool IsAboutOtherNamespaces(JsonObject? affinity) =>
        affinity.Each("requiredDuringSchedulingIgnoredDuringExecution")
            .Concat(affinity.Each("preferredDuringSchedulingIgnoredDuringExecution").Select(each => each.Map("podAffinityTerm")).OfType<JsonObject>())
            .Any(term => term.List("namespaces") is { Count: > 0 } || term.Has("namespaceSelector"));
}
