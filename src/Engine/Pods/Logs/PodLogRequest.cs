using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Logs;

/// <summary>The options of a pod's log (core/v1 PodLogOptions).</summary>
/// <param name="Container">null where the pod has only one.</param>
public sealed record PodLogRequest(string? Container = null)
{
    public bool Follow { get; init; }
    public bool Previous { get; init; }
    public bool Timestamps { get; init; }
    public long? TailLines { get; init; }
    public long? SinceSeconds { get; init; }
    public DateTimeOffset? SinceTime { get; init; }
    public long? LimitBytes { get; init; }

    /// <exception cref="StatusException">A value that Kubernetes refuses, too.</exception>
    public void Validate(string pod)
    {
        var faults = new List<(string Field, string Reason, string Message)>();
        if (TailLines < 0)
            faults.Add(("tailLines", "FieldValueInvalid", $"Invalid value: {TailLines}: must be greater than or equal to 0"));
        if (LimitBytes < 1)
            faults.Add(("limitBytes", "FieldValueInvalid", $"Invalid value: {LimitBytes}: must be greater than 0"));
        if (SinceSeconds is not null && SinceTime is not null)
            faults.Add(("[]", "FieldValueForbidden", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"));
        else if (SinceSeconds < 1)
            faults.Add(("sinceSeconds", "FieldValueInvalid", $"Invalid value: {SinceSeconds}: must be greater than 0"));
        if (faults.Count > 0)
            throw StatusException.Invalid("PodLogOptions", pod, faults);
    }
}
