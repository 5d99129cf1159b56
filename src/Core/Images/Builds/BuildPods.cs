using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Builds;

/// <summary>Builds images in pods: one pod for each, which is gone afterwards, whatever happened.</summary>
public static class BuildPods
{
    /// <summary>Runs the pod and gives the image, by this machine's name, with its tag and the digest that both the build and the registry say it has.</summary>
    /// <exception cref="KontraktException">The build failed, or took longer than KontraktBuildTimeout; or the cluster or the registry does not do its part.</exception>
    public static async Task<ImageReference> RunAsync(BuildPodRequest request, BuildSite site, CancellationToken cancellationToken) =>
        await new BuildPodRun(request, site, await site.OpenAsync(cancellationToken)).RunAsync(cancellationToken);
}
