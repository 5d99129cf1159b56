using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Builds;

/// <summary>A pod that builds one image and pushes it.</summary>
public sealed record BuildPodRequest
{
    /// <summary>What the log calls it, and the pod's name begins with.</summary>
    public required string Name { get; init; }
    /// <summary>What the steps push: registry and repository by this machine's name, and a tag.</summary>
    public required ImageReference Image { get; init; }
    /// <summary>The context image by digest, by this machine's name; it is copied to /workspace before the steps. Null: the steps bring their source.</summary>
    public ImageReference? Context { get; init; }
    /// <summary>
    /// Containers, run one after another in /workspace; names of registries are those that nodes (images) and pods (arguments) know, see
    /// <see cref="BuildNames"/>. The last one writes the image's digest to its termination message (/dev/termination-log).
    /// </summary>
    public required IReadOnlyList<JsonObject> Steps { get; init; }
    /// <summary>Small texts by file name that steps find in <see cref="BuildPodPlan.Files"/>; not part of /workspace, and with it of what a build copies.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
    /// <summary>What steps find in <see cref="BuildPodPlan.Secrets"/>, by file name; it comes there as a Secret of this pod alone, and no log shows it.</summary>
    public IReadOnlyDictionary<string, byte[]> Secrets { get; init; } = new Dictionary<string, byte[]>();
    /// <summary>Volumes besides /workspace, the home folder and the credentials.</summary>
    public IReadOnlyList<JsonObject> Volumes { get; init; } = [];
    /// <summary>Fields of the pod's spec that say on which nodes it runs: nodeSelector, affinity, tolerations.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Scheduling { get; init; } = new Dictionary<string, JsonNode?>();
    /// <summary>Registries, by this machine's names, whose credentials the steps need besides that of the image.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];
    /// <summary>What is built, for errors: a Dockerfile's full path, or another name of the source.</summary>
    public required string Source { get; init; }
    /// <summary>Where errors point at that have no better place; null for none.</summary>
    public SourceLocation? Location { get; init; }
    /// <summary>What it may take where that is less than the settings say; null for those.</summary>
    public TimeSpan? Timeout { get; init; }
    /// <summary>Gets each line of a step's log, cleaned and redacted: the step's name and the line. Called from several threads, never at once.</summary>
    public Action<string, string>? OnLine { get; init; }
    /// <summary>What a step that failed means, from what <see cref="OnLine"/> got; null, or an answer of null: the step, its exit code and its last lines.</summary>
    public Func<BuildFailure, Diagnostic?>? Explain { get; init; }
}

/// <summary>A step that ended with an error.</summary>
/// <param name="Step">The container's name.</param>
/// <param name="Ended">How it ended, for people.</param>
/// <param name="LastLines">Of its log.</param>
public sealed record BuildFailure(string Step, string Ended, IReadOnlyList<string> LastLines);

/// <summary>Builds images in pods: one pod for each, which is gone afterwards, whatever happened.</summary>
public static class BuildPods
{
    /// <summary>Runs the pod and gives the image, by this machine's name, with its tag and the digest that both the build and the registry say it has.</summary>
    /// <exception cref="KontraktException">The build failed, or took longer than KontraktBuildTimeout; or the cluster or the registry does not do its part.</exception>
    public static async Task<ImageReference> RunAsync(BuildPodRequest request, BuildSite site, CancellationToken cancellationToken) =>
        await new BuildPodRun(request, site, await site.OpenAsync(cancellationToken)).RunAsync(cancellationToken);
}
