using Kontrakt.Engine.Identity;
using Kontrakt.Engine.Pods.Images;
using Kontrakt.Engine.Pods.Logs;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods;

/// <summary>All that the kubelet works with.</summary>
public sealed record KubeletParts
{
    public required ClusterObjects Objects { get; init; }
    public required ImageStore Images { get; init; }
    public required NodeNetwork Node { get; init; }
    public required PodNetwork Network { get; init; }
    public required TokenIssuer Tokens { get; init; }
    public required PodLogs Logs { get; init; }
    public required PodExec Exec { get; init; }
}
