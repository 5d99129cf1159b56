using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Scheduling;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>A daemon set's pods: for which node each is, and whether a node takes one.</summary>
internal static class DaemonPods
{
    /// <summary>What a daemon is not kept away by (Kubernetes, "Taints and tolerations", DaemonSet).</summary>
    private static readonly (string Key, string Effect)[] Tolerated =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/unreachable", "NoExecute"), ("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule"), ("node.kubernetes.io/pid-pressure", "NoSchedule"), ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ];

    /// <summary>A pod of a template for one node: the scheduler gives it that node, and no other.</summary>
    public static JsonObject Make(StoredObject set, JsonObject template, string node, string hash)
    {
        var pod = PodWriter.FromTemplate(set, template);
        pod.Metadata().Always("labels")[TemplateRevisions.Label] = hash;
        var spec = pod.Always("spec");
        var required = spec.Always("affinity").Always("nodeAffinity").Always("requiredDuringSchedulingIgnoredDuringExecution");
        var terms = required.Each("nodeSelectorTerms").Select(term => term.DeepClone()).DefaultIfEmpty(new JsonObject()).ToList();
        foreach (var term in terms)
            ((JsonObject)term)["matchFields"] = new JsonArray(new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(node) });
        required["nodeSelectorTerms"] = new JsonArray([.. terms]);
        foreach (var (key, effect) in Tolerated)
            spec.AlwaysList("tolerations").Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect });
        return pod;
    }

    /// <summary>Whether a node is one of those that the template is for, whatever room it has.</summary>
    public static bool Takes(StoredObject node, JsonObject pod) => NodeFit.Mismatch(new PodDefinition(new(Kinds.Pod, "", ""), new KubernetesObject(pod)), node.View) is null;

    /// <summary>That it runs on, or waits for.</summary>
    public static string NodeOf(StoredObject pod) => pod.View.Text("spec", "nodeName") is { Length: > 0 } node ? node
        : pod.View.Text("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms", 0, "matchFields", 0, "values", 0);
}
