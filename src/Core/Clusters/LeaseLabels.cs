using System.Globalization;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters;

/// <summary>The labels and annotations that say what belongs to which run.</summary>
internal static class LeaseLabels
{
    public const string Run = "kontrakt/run";
    public const string Name = "kontrakt/name";
    public const string Owner = "kontrakt/owner";
    public const string Expires = "kontrakt/expires";
    /// <summary>When the last pod of a namespace that is being deleted was gone.</summary>
    public const string PodsEnded = "kontrakt/pods-ended";
    /// <summary>Mirrors of Docker Hub, for the embedded engine's pulls in the namespace; a comma between two.</summary>
    public const string RegistryMirrors = "kontrakt/registry-mirrors";
    /// <summary>"true": on the embedded engine, pods of the namespace reach public addresses.</summary>
    public const string Egress = "kontrakt/egress";
    /// <summary>What they reach besides; a comma between two.</summary>
    public const string EgressAllow = "kontrakt/egress-allow";
    public const string SourceReference = "kontrakt/source-reference";

    /// <summary>What everything carries that one kontrakt of one run makes.</summary>
    public static IEnumerable<KeyValuePair<string, string>> For(string kontrakt, string runId) =>
        [new(Run, LeaseNames.LabelValue(runId)), new(Name, LeaseNames.LabelValue(kontrakt))];

    /// <summary>Selects what one kontrakt of one run made.</summary>
    public static string Selector(string kontrakt, string runId) => $"{Run}={LeaseNames.LabelValue(runId)},{Name}={LeaseNames.LabelValue(kontrakt)}";

    /// <summary>The same, read from what a lease is marked with.</summary>
    public static string Selector(KubernetesObject marked) => $"{Run}={marked.Labels.GetValueOrDefault(Run)},{Name}={marked.Labels.GetValueOrDefault(Name)}";

    public static bool IsMarked(KubernetesObject marked, string kontrakt, string runId) =>
        marked.Labels.GetValueOrDefault(Run) == LeaseNames.LabelValue(runId) && marked.Labels.GetValueOrDefault(Name) == LeaseNames.LabelValue(kontrakt);

    /// <summary>RFC 3339, UTC, whole seconds.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>When a marked object expires; null when it does not say so readably.</summary>
    public static DateTimeOffset? ReadExpiry(KubernetesObject marked) =>
        marked.Annotations.TryGetValue(Expires, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
