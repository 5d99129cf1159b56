using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Settings;

namespace Kontrakt.Manifests.Security;

/// <summary>
/// Whether the pods of a kontrakt keep to a level of the Pod Security Standards. Servers that have Pod Security admission check it too, at the
/// namespace's label; of a controller's pods they say so in an event only, and others say nothing: so it is checked here, on every cluster and
/// before anything is built, with the place.
/// </summary>
internal static class PodSecurity
{
    /// <summary>The namespace's label (kubernetes.io/docs/concepts/security/pod-security-admission).</summary>
    public const string Label = "pod-security.kubernetes.io/enforce";

    public static IEnumerable<Diagnostic> Check(KontraktManifests manifests, PodSecurityLevel level) =>
        manifests.PodTemplates.Where(template => template.Manifest.Role == ManifestRole.Object).SelectMany(template => Check(template, level));

    public static IEnumerable<Diagnostic> Check(PodTemplate template, PodSecurityLevel level) =>
        Find(PodPart.Of(template), level).Select(finding => Ktr.PodSecurity.At(template.Locate([.. finding.Path]), template.Manifest.Title, finding.Asks, Name(level)));

    /// <summary>The same of a pod that is made here, from what is at one place.</summary>
    /// <param name="title">What asks for it.</param>
    public static IEnumerable<Diagnostic> Check(KubernetesObject pod, string title, SourceLocation? place, PodSecurityLevel level) =>
        Find(new(YamlFile.Parse("pod", pod.Json.ToJsonString()).Documents[0], []), level).Select(finding => Ktr.PodSecurity.At(place, title, finding.Asks, Name(level)));

    private static IEnumerable<PodFinding> Find(PodPart pod, PodSecurityLevel level) => level switch
    {
        PodSecurityLevel.Privileged => [],
        PodSecurityLevel.Restricted => BaselineRules.Check(pod).Concat(RestrictedRules.Check(pod)).DistinctBy(finding => $"{string.Join('/', finding.Path)} {finding.Asks}"),
        _ => BaselineRules.Check(pod),
    };

    /// <summary>As Kubernetes writes it.</summary>
    public static string Name(PodSecurityLevel level) => level switch
    {
        PodSecurityLevel.Privileged => "privileged",
        PodSecurityLevel.Restricted => "restricted",
        _ => "baseline",
    };
}
