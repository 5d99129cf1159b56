using System.Text.Json.Nodes;
using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>Why a verdict depends on more than an entry can cover. What a program reads is not to be seen, so this goes by what the manifests say; in doubt it does.</summary>
internal static class VerdictLimits
{
    /// <summary>Kinds whose objects do what they do by themselves, at any time, and with only the cluster's own controllers.</summary>
    private static readonly HashSet<(string Group, string Kind)> KnownKinds =
    [
        ("", "Pod"), ("", "Service"), ("", "ConfigMap"), ("", "Secret"), ("", "ServiceAccount"), ("", "PersistentVolumeClaim"), ("", "ReplicationController"),
        ("", "PodTemplate"), ("", "LimitRange"), ("", "ResourceQuota"), ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"),
        ("batch", "Job"), ("policy", "PodDisruptionBudget"), ("networking.k8s.io", "NetworkPolicy"), ("rbac.authorization.k8s.io", "Role"), ("rbac.authorization.k8s.io", "RoleBinding"),
    ];

    private static readonly string[] ForeignClaims = ["volumeName", "dataSource", "dataSourceRef", "selector"];

    private static readonly HashSet<string> OwnVolumes =
        new(StringComparer.Ordinal) { "name", "emptyDir", "configMap", "secret", "projected", "downwardAPI", "persistentVolumeClaim", "ephemeral" };

    /// <summary>The end of a sentence that begins with "its verdict is not kept:"; null where a verdict may be kept.</summary>
    public static string? Find(KontraktManifests manifests, KontraktSettings settings)
    {
        if (settings.Namespace is { } shared)
            return $"the namespace '{shared}' (KontraktNamespace) may hold more than the kontrakt";
        var templates = manifests.PodTemplates.Where(template => template.Manifest.Role == ManifestRole.Object).ToList();
        return manifests.Objects.Select(Never).FirstOrDefault(reason => reason is not null)
            ?? templates.Select(Never).FirstOrDefault(reason => reason is not null)
            ?? manifests.Objects.Select(Unknown).FirstOrDefault(reason => reason is not null)
            ?? templates.Concat(manifests.Prerequisites.SelectMany(before => before.PodTemplates)).Select(Unpinned).FirstOrDefault(reason => reason is not null)
            ?? templates.Select(ForeignVolume).FirstOrDefault(reason => reason is not null)
            ?? (IsVouchedFor(templates) ? null : new OutsideReads(manifests).Find(templates));
    }

    private static string? Never(Manifest manifest) => IsNever(manifest.Object.At("metadata", "annotations", KontraktAnnotations.Cache)) ? NeverText(manifest) : null;

    private static string? Never(PodTemplate template) => IsNever(template.Manifest.Object.At([.. template.Path, "metadata", "annotations", KontraktAnnotations.Cache])) ? NeverText(template.Manifest) : null;

    private static bool IsNever(JsonNode? value) => value?.ToString() is "never" or "false";

    private static string NeverText(Manifest manifest) => $"{manifest.Title} says so (annotation {KontraktAnnotations.Cache})";

    /// <summary>Every test says that what is outside does not matter to it.</summary>
    private static bool IsVouchedFor(IReadOnlyList<PodTemplate> templates)
    {
        var tests = templates.Where(template => KontraktTest.IsTest(template.Label)).ToList();
        return tests.Count > 0 && tests.TrueForAll(test => KontraktTest.Annotation(test, KontraktAnnotations.Cache) == "true");
    }

    private static string? Unknown(Manifest manifest)
    {
        if (!KnownKinds.Contains((manifest.Object.GroupVersionKind.Group, manifest.Object.Kind)))
            return $"{manifest.Title} does what something else in the cluster makes of it";
        return manifest.Object.Kind == "PersistentVolumeClaim" && ForeignClaims.Any(name => manifest.Object.At("spec", name) is not null)
            ? $"{manifest.Title} names a volume that exists already" : null;
    }

    private static string? Unpinned(PodTemplate template) => template.Containers.FirstOrDefault(container => container.Reference?.Digest is null) is { } container
        ? $"the image '{container.Image}' of {template.Manifest.Title} is not pinned by its digest (KontraktPinImages pins it)" : null;

    private static string? ForeignVolume(PodTemplate template) =>
        (from volume in template.Manifest.Object.Items([.. template.Path, "spec", "volumes"])
         from source in volume
         where !OwnVolumes.Contains(source.Key)
         select $"{template.Manifest.Title} has a volume of kind {source.Key}, whose content is not the kontrakt's").FirstOrDefault();
}
