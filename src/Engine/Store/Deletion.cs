using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Store;

/// <param name="GracePeriodSeconds">For pods; null for what the pod asks for.</param>
/// <param name="Uid">Delete only the object with this uid; null for any.</param>
/// <param name="ResourceVersion">Delete only this version; null for any.</param>
public sealed record Deletion(long? GracePeriodSeconds = null, Propagation? Propagation = null, string? Uid = null, string? ResourceVersion = null, bool DryRun = false);
