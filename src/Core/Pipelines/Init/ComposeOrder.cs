using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Pipelines.Init;

/// <summary>
/// What a service waits for. To be healthy, or to have ended well, is what kontrakt/after waits for; to have been started is nothing in a cluster, where
/// all starts at once.
/// </summary>
internal static class ComposeOrder
{
    private const string Healthy = "service_healthy";
    private const string Completed = "service_completed_successfully";

    /// <summary>The services that others wait for to have ended well.</summary>
    public static HashSet<string> Completions(YamlMapping services) =>
        services.Entries.SelectMany(service => Conditions(service.Value)).Where(each => each.Condition == Completed).Select(each => each.Entry.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>The service with the objects that it waits for.</summary>
    /// <param name="read">All that were taken over, by their names in the compose file.</param>
    public static InitService With(InitService service, ComposeFields fields, YamlMapping node, IReadOnlyDictionary<string, InitService> read)
    {
        var after = new List<string>();
        foreach (var (entry, condition) in Conditions(node).Where(each => each.Condition is Healthy or Completed))
        {
            if (!read.TryGetValue(entry.Name, out var other))
            {
                fields.Note(entry.Key, $"waits for '{entry.Name}', which was left out");
                continue;
            }
            if (condition == Healthy && other is { Role: InitRole.Server, Probe: null })
                fields.Note(entry.Key, $"waits for '{entry.Name}' to be healthy, and that has no healthcheck, so it counts as ready when it runs; give it a readinessProbe");
            after.Add($"{ServiceManifests.KindOf(other.Role).ToLowerInvariant()}/{other.Name}");
        }
        return service with { After = after };
    }

    private static IEnumerable<(YamlEntry Entry, string? Condition)> Conditions(YamlNode service) =>
        (service.At("depends_on") as YamlMapping)?.Entries.Select(entry => (entry, (entry.Value.At("condition") as YamlScalar)?.Value)) ?? [];
}
