using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>How a slice says whose it is, and which Service it is for.</summary>
internal static class SliceOwner
{
    public const string Controller = "endpointslice-controller.k8s.io";
    public const string Mirroring = "endpointslicemirroring-controller.k8s.io";
    public const string ServiceName = "kubernetes.io/service-name";
    public const string ManagedBy = "endpointslice.kubernetes.io/managed-by";

    public static string ServiceOf(KubernetesObject slice) => slice.Labels.GetValueOrDefault(ServiceName, "");

    /// <summary>By the engine; others are somebody's own.</summary>
    public static bool IsManaged(KubernetesObject slice) => slice.Labels.GetValueOrDefault(ManagedBy) is Controller or Mirroring;
}
