using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>The container that builds a Dockerfile: Kaniko's executor and its arguments (github.com/GoogleContainerTools/kaniko, "Additional Flags").</summary>
internal static class KanikoStep
{
    public const string Name = "kaniko";

    /// <exception cref="KontraktException">A registry has a loopback name, which in a pod is the pod.</exception>
    public static JsonObject For(DockerfileBuild build, ImageReference image, KanikoRegistries registries, KontraktSettings settings) => new()
    {
        ["name"] = Name,
        ["image"] = settings.KanikoExecutor,
        ["args"] = new JsonArray([.. Arguments(build, image, registries, settings).Select(each => (JsonNode?)each)]),
    };

    public static IEnumerable<string> Arguments(DockerfileBuild build, ImageReference image, KanikoRegistries registries, KontraktSettings settings)
    {
        yield return $"--context=dir://{BuildPodPlan.Workspace}";
        yield return $"--dockerfile={(build.IsOutside ? $"{BuildPodPlan.Files}/{OutsideDockerfile.Name}" : $"{BuildPodPlan.Workspace}/{build.PathInContext}")}";
        yield return $"--destination={registries.Names.InPods(image, build.Location)}";
        yield return $"--digest-file={BuildPodPlan.DigestFile}";
        // It looks for signs of a container runtime that not every runtime gives; this is one.
        yield return "--force";
        yield return "--skip-unused-stages";
        foreach (var argument in Options(build, image, registries.Names))
            yield return argument;
        foreach (var argument in registries.Arguments(image, [], settings))
            yield return argument;
        foreach (var argument in settings.KanikoArgs)
            yield return argument;
    }

    private static IEnumerable<string> Options(DockerfileBuild build, ImageReference image, BuildNames names)
    {
        if (build.Target is { } target)
            yield return $"--target={target}";
        if (build.Platform is { } platform)
            yield return $"--custom-platform={platform}";
        foreach (var (name, value) in build.BuildArgs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            yield return $"--build-arg={name}={value}";
        foreach (var (name, value) in build.Labels.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            yield return $"--label={name}={value}";
        if (!build.Cache)
            yield break;
        yield return "--cache=true";
        yield return $"--cache-repo={names.InPods(image.WithTag(null) with { Repository = $"{image.Repository}-cache" }, build.Location)}";
    }
}
