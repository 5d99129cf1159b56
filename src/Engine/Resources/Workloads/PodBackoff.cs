using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>How long a controller waits before it makes the next pod in place of one that ended: 10 s after a failure, twice as long after each further one, 6 minutes at most.</summary>
internal sealed record PodBackoff(int Failures, DateTimeOffset Last)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);

    public static PodBackoff None { get; } = new(0, DateTimeOffset.MinValue);

    /// <summary>When a pod may be made again.</summary>
    public DateTimeOffset Until => Failures == 0 ? DateTimeOffset.MinValue : Last + Pause;

    private TimeSpan Pause => First * Math.Pow(2, Math.Min(Failures - 1, 10)) is var pause && pause < Longest ? pause : Longest;

    /// <param name="ended">Pods that have just been counted.</param>
    public PodBackoff After(IEnumerable<KubernetesObject> ended, DateTimeOffset now)
    {
        var backoff = this;
        foreach (var pod in ended.OrderBy(pod => EndOf(pod, now)))
            backoff = PodState.HasSucceeded(pod) ? None : new(backoff.Failures + 1, EndOf(pod, now));
        return backoff;
    }

    private static DateTimeOffset EndOf(KubernetesObject pod, DateTimeOffset now) =>
        pod.Items("status", "containerStatuses").Select(status => KubernetesObject.Time(KubernetesObject.At(status, "state", "terminated", "finishedAt")?.ToString())).Max() ?? now;
}
