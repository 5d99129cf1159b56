using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Clusters.Pods;

/// <summary>Remembers since when a pod shows a symptom: by this machine's clock, as the cluster's may differ.</summary>
internal sealed class SymptomClock(TimeProvider time)
{
    private readonly Dictionary<string, Dictionary<string, (DateTimeOffset Since, TimeSpan Grace)>> _since = new(StringComparer.Ordinal);
    private DateTimeOffset _look;

    /// <summary>When the next grace ends that had not ended at the last look; null when none runs.</summary>
    public DateTimeOffset? NextEnd => _since.Values.SelectMany(symptoms => symptoms.Values).Select(each => each.Since + each.Grace)
        .Where(end => end > _look).Select(end => (DateTimeOffset?)end).Min();

    /// <summary>The symptoms that have outlasted their grace. One that is not shown any more starts again when it comes back.</summary>
    public IReadOnlyList<(PodSymptom Symptom, TimeSpan Lasted)> Final(KubernetesObject pod, IEnumerable<PodSymptom> symptoms)
    {
        var now = _look = time.GetUtcNow();
        var before = _since.GetValueOrDefault(pod.Uid);
        var current = new Dictionary<string, (DateTimeOffset Since, TimeSpan Grace)>(StringComparer.Ordinal);
        var final = new List<(PodSymptom, TimeSpan)>();
        foreach (var symptom in symptoms)
        {
            var since = before is not null && before.TryGetValue(symptom.Identity, out var known) ? known.Since : now;
            current[symptom.Identity] = (since, symptom.Grace);
            if (now - since >= symptom.Grace)
                final.Add((symptom, now - since));
        }
        _since[pod.Uid] = current;
        return final;
    }
}
