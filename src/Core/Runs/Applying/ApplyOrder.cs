namespace Kontrakt.Runs.Applying;

/// <summary>
/// The order of applying, as kapp's default rules have it: what others lean on first. Within a phase nothing leans on anything. Services go
/// before pods, whose environment and names then are there from the first moment; nothing waits for a phase to become ready.
/// </summary>
internal static class ApplyOrder
{
    private static readonly HashSet<string> Foundations = new(StringComparer.Ordinal)
    {
        "ServiceAccount", "Secret", "ConfigMap", "Role", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodDisruptionBudget", "PersistentVolumeClaim",
    };

    private static readonly HashSet<string> Links = new(StringComparer.Ordinal) { "RoleBinding", "Service", "Endpoints", "EndpointSlice" };

    /// <summary>Foundations, then what links them and gives names, then everything else; empty phases left out.</summary>
    public static IReadOnlyList<IReadOnlyList<ApplyItem>> Phases(IEnumerable<ApplyItem> items) =>
        [.. items.GroupBy(item => Phase(item.Kind)).OrderBy(phase => phase.Key).Select(phase => phase.ToList())];

    internal static int Phase(string kind) => Foundations.Contains(kind) ? 0 : Links.Contains(kind) ? 1 : 2;
}
