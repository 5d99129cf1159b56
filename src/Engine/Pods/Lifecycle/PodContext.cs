using System.Net;
using Kontrakt.Engine.Pods.Events;
using Kontrakt.Engine.Pods.Probes;
using Kontrakt.Engine.Pods.Sandboxes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Pods.Storage;
using Kontrakt.Engine.Pods.Volumes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Lifecycle;

/// <summary>What the containers of one pod need to be run.</summary>
internal sealed record PodContext
{
    public required PodDefinition Pod { get; init; }
    public required KubeletParts Parts { get; init; }
    public required KubeletOptions Options { get; init; }
    public required NodeCapacity Capacity { get; init; }
    public required PodBoard Board { get; init; }
    public required PodEvents Events { get; init; }
    public required PodVolumes Volumes { get; init; }
    public required ClaimFolders Claims { get; init; }
    public required StorageWatch Storage { get; init; }
    public required PodDialer Dialer { get; init; }
    /// <summary>Something that the pod refers to has changed, or the pod itself.</summary>
    public required ChangeSignal Changed { get; init; }
    /// <summary>Its folder on disk.</summary>
    public required string Directory { get; init; }
    public PodSandbox? Sandbox { get; init; }
    public IPAddress Address { get; init; } = IPAddress.None;
    /// <summary>Files that the engine writes for every container, by their path in it: /etc/hosts.</summary>
    public IReadOnlyList<ContainerMount> HostFiles { get; init; } = [];

    public TimeProvider Time => Parts.Objects.Time;

    /// <summary>The pod as it is now.</summary>
    public KubernetesObject Current => Parts.Objects.Store.Find(Pod.Key) is { } found && found.View.Uid == Pod.Uid ? found.View : Pod.View;
}
