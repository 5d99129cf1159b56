using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>What the annotation kontrakt/timeout, on an object that is not a test or on its pod template, allows it to become ready; from the first look on.</summary>
internal sealed class ReadinessLimits(TimeProvider time)
{
    private readonly Dictionary<Manifest, DateTimeOffset> _began = new(ReferenceEqualityComparer.Instance);

    /// <summary>When the next limit of an object that was waiting at its last look ends; null for none.</summary>
    public DateTimeOffset? NextEnd => _began.Select(pair => pair.Value + Limit(pair.Key)).Min();

    /// <summary>The limit that a waiting object has exceeded; null while it has not.</summary>
    public TimeSpan? Exceeded(Manifest manifest)
    {
        if (Limit(manifest) is not { } limit)
            return null;
        var now = time.GetUtcNow();
        _began.TryAdd(manifest, now);
        return now - _began[manifest] >= limit ? limit : null;
    }

    public void Ready(Manifest manifest) => _began.Remove(manifest);

    private static TimeSpan? Limit(Manifest manifest)
    {
        var template = PodTemplatePaths.Find(manifest) is { } path ? manifest.Object.At([.. path, "metadata", "annotations", KontraktAnnotations.Timeout]) : null;
        var text = (template ?? manifest.Object.At("metadata", "annotations", KontraktAnnotations.Timeout))?.ToString();
        return text is not null && Durations.TryParse(text, out var limit, out _) ? limit : null;
    }
}
