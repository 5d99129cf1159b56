using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What a job asks for.</summary>
/// <param name="Completions">Null: it is complete when one pod has succeeded and none is left.</param>
internal sealed record JobSpec(long Parallelism, long? Completions, long BackoffLimit, TimeSpan? ActiveDeadline, TimeSpan? TimeToLive, bool Indexed, bool Suspended)
{
    /// <summary>A pod that is being deleted is replaced only once it has ended.</summary>
    public bool ReplacesEndedOnly { get; init; }

    public static JobSpec Of(KubernetesObject job)
    {
        return new(Number("parallelism") ?? 1, Number("completions"), Number("backoffLimit") ?? 6,
            Seconds("activeDeadlineSeconds"), Seconds("ttlSecondsAfterFinished"), job.Text("spec", "completionMode") == "Indexed", job.Text("spec", "suspend") == "true")
        {
            ReplacesEndedOnly = job.Text("spec", "podReplacementPolicy") == "Failed" || job.At("spec", "podFailurePolicy") is not null,
        };

        long? Number(string field) => job.At("spec", field) is { } node ? KubernetesObject.Number(node) : null;
        TimeSpan? Seconds(string field) => Number(field) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
