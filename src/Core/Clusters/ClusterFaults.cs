using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Config;

namespace Kontrakt.Clusters;

/// <summary>Says in a diagnostic what a cluster's failure means when no step knew better.</summary>
public static class ClusterFaults
{
    /// <param name="during">What was going on: "kontrakt 'x' was running".</param>
    public static Diagnostic Describe(KubernetesException e, ClusterConnection connection, string during, SourceLocation? location = null) =>
        e.IsTransient && connection.Ended?.Invoke() is { } ended ? Ktr.EngineEnded.At(location, during, ended)
        : e.IsTransient
            ? Ktr.ClusterLost.At(location, connection.Name, during, e.Message.TrimEnd('.'))
            : Ktr.LeaseFailed.At(location, during, string.Create(CultureInfo.InvariantCulture, $"the API server answered {(int?)e.Code} {e.Reason}: {e.Message}"));
}
