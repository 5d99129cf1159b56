using Kontrakt.Clusters.Pods;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Images.Builds;

/// <summary>How a build's pod ended. A closed set: match on it.</summary>
internal abstract record BuildPodEnd
{
    public sealed record Succeeded(KubernetesObject Pod) : BuildPodEnd;
    public sealed record StepFailed(ContainerStatus Step) : BuildPodEnd;
    /// <summary>It will never run to its end.</summary>
    public sealed record Hopeless(string Why) : BuildPodEnd;
    /// <summary>The cluster ended it at its deadline.</summary>
    public sealed record OutOfTime : BuildPodEnd;
}
