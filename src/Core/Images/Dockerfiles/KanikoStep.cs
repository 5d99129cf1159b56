using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>The container that builds a Dockerfile: Kaniko's executor and its arguments (github.com/GoogleContainerTools/kaniko, "Additional Flags").</summary>
internal static class KanikoStep
{
    public const string Name = "kaniko";

    /// <param name="bases">The images that the build takes something from; those of this machine's registry are mapped to the pods' name of it.</param>
    /// <exception cref="KontraktException">A registry has a loopback name, which in a pod is the pod.</exception>
    public static JsonObject For(DockerfileBuild build, ImageReference image, IReadOnlyList<ImageReference> bases, BuildNames names, KontraktSettings settings) => new()
    {
        ["name"] = Name,
        ["image"] = settings.KanikoExecutor,
        ["args"] = new JsonArray([.. Arguments(build, image, bases, names, settings).Select(each => (JsonNode?)each)]),
    };

    public static IEnumerable<string> Arguments(DockerfileBuild build, ImageReference image, IReadOnlyList<ImageReference> bases, BuildNames names, KontraktSettings settings)
    {
        yield return $"--context=dir://{BuildPodPlan.Workspace}";
        yield return $"--dockerfile={BuildPodPlan.Workspace}/{build.PathInContext}";
        yield return $"--destination={names.InPods(image, build.Location)}";
        yield return $"--digest-file={BuildPodPlan.DigestFile}";
        // It looks for signs of a container runtime that not every runtime gives; this is one.
        yield return "--force";
        yield return "--skip-unused-stages";
        foreach (var argument in Options(build, image, names))
            yield return argument;
        foreach (var argument in Registries(image, bases, names, settings))
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

    private static IEnumerable<string> Registries(ImageReference image, IReadOnlyList<ImageReference> bases, BuildNames names, KontraktSettings settings)
    {
        var here = bases.Select(each => each.Registry).Append(image.Registry).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var there = here.Select(names.HostInPods).Concat(settings.RegistryMirrors.Select(BuildNames.Host)).Distinct(StringComparer.OrdinalIgnoreCase);
        foreach (var host in there.Where(names.IsInsecure))
            yield return $"--insecure-registry={host}";
        foreach (var mirror in settings.RegistryMirrors)
            yield return $"--registry-mirror={mirror}";
        foreach (var host in bases.Select(each => each.Registry).Distinct(StringComparer.OrdinalIgnoreCase).Where(host => names.HostInPods(host) != host))
            yield return $"--registry-map={host}={names.HostInPods(host)}";
    }
}
