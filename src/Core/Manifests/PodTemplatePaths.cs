using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests;

/// <summary>Where a manifest holds a pod or a pod template.</summary>
internal static class PodTemplatePaths
{
    /// <summary>
    /// The path of what has the pod's metadata and spec: empty for a Pod, spec.template for most, spec.jobTemplate.spec.template for a CronJob.
    /// Kinds that are not Kubernetes' own count when their spec.template has containers (a Knative Service, a Rollout). Null: no pods.
    /// </summary>
    public static IReadOnlyList<object>? Find(Manifest manifest) => (manifest.Object.GroupVersionKind.Group, manifest.Object.Kind) switch
    {
        ("", "Pod") => [],
        ("", "PodTemplate") => ["template"],
        ("batch", "CronJob") => ["spec", "jobTemplate", "spec", "template"],
        ("", "ReplicationController") or ("apps", "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet") or ("batch", "Job") => ["spec", "template"],
        _ => manifest.Node.At("spec", "template", "spec", "containers") is YamlSequence ? ["spec", "template"] : null,
    };
}
