using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Images.Dockerfiles;

/// <summary>The container that builds a Dockerfile: Kaniko's executor and its arguments (github.com/osscontainertools/kaniko, "Additional Flags").</summary>
internal static class KanikoStep
{
    public const string Name = "kaniko";
    private static readonly string[] ProxyVariables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

    /// <exception cref="KontraktException">A registry has a loopback name, which in a pod is the pod.</exception>
    public static JsonObject For(KanikoBuild plan, ImageReference image, KanikoRegistries registries, KontraktSettings settings) => KanikoPlaces.Mounted(new()
    {
        ["name"] = Name,
        ["image"] = settings.KanikoExecutor,
        ["args"] = new JsonArray([.. Arguments(plan, image, registries, settings).Select(each => (JsonNode?)each)]),
        ["env"] = new JsonArray([.. plan.Executor.Variables.Select(variable => new JsonObject { ["name"] = variable.Key, ["value"] = variable.Value })]),
    });

    public static IEnumerable<string> Arguments(KanikoBuild plan, ImageReference image, KanikoRegistries registries, KontraktSettings settings)
    {
        yield return $"--context=dir://{KanikoPlaces.Context}";
        yield return "--dockerfile=" + ContainerText.Literal(plan.IsBeside ? $"{BuildPodPlan.Files}/{OutsideDockerfile.Name}" : $"{KanikoPlaces.Context}/{plan.Build.PathInContext}");
        yield return $"--destination={registries.Names.InPods(image, plan.Build.Location)}";
        yield return $"--digest-file={BuildPodPlan.DigestFile}";
        // It looks for signs of a container runtime that not every runtime gives; this is one.
        yield return "--force";
        // What is written there is a part of the image, as it is with docker build.
        yield return "--ignore-var-run=false";
        if (plan.SkipUnusedStages is { } skip)
            yield return skip ? "--skip-unused-stages" : "--skip-unused-stages=false";
        foreach (var argument in Options(plan, image, registries.Names).Concat(registries.Arguments(image, [], settings)).Concat(settings.KanikoArgs))
            yield return argument;
    }

    /// <summary>
    /// The engine's proxy for the commands of a Dockerfile, which do not have the executor's own environment. These arguments need no ARG and stay out of the
    /// image (Dockerfile reference, "Predefined ARGs").
    /// </summary>
    /// <param name="given">Names of arguments that the build has already; one in small letters is also the one in capitals, of which programs read the one or the other.</param>
    public static IEnumerable<string> ProxyArguments(BuildNames names, IEnumerable<string> given) =>
        names.HasProxy ? ProxyVariables.Where(name => !given.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(name => $"--build-arg={name}=$({name})") : [];

    private static IEnumerable<string> Options(KanikoBuild plan, ImageReference image, BuildNames names)
    {
        var build = plan.Build;
        if (build.Target is { } target)
            yield return $"--target={target}";
        if (plan.Platform is { } platform)
            yield return $"--custom-platform={platform}";
        foreach (var (name, value) in plan.Arguments.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            yield return ContainerText.Literal($"--build-arg={name}={value}");
        foreach (var argument in ProxyArguments(names, plan.Arguments.Keys))
            yield return argument;
        foreach (var (name, value) in build.Labels.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            yield return ContainerText.Literal($"--label={name}={value}");
        foreach (var id in plan.Secrets)
            yield return $"--secret=id={id},type=file,src={BuildPodPlan.Secrets}/{id}";
        if (!build.Cache)
            yield break;
        yield return "--cache=true";
        yield return $"--cache-repo={names.InPods(image.WithTag(null) with { Repository = $"{image.Repository}-cache" }, build.Location)}";
    }
}

/// <summary>
/// Where a step that runs Kaniko has what a build brings. Kaniko builds in its own root and leaves out of the image what is mounted there: so nothing is
/// mounted where a Dockerfile may write, or where its commands may find what nobody copied. The folder of Kaniko itself is out of the image already.
/// </summary>
internal static class KanikoPlaces
{
    public const string Context = "/kaniko/kontrakt/context";
    private const string Home = "/kaniko/kontrakt/home";

    /// <summary>A step that finds the context and a home folder there.</summary>
    public static JsonObject Mounted(JsonObject step)
    {
        var (mounts, variables) = (step["volumeMounts"] as JsonArray ?? [], step["env"] as JsonArray ?? []);
        Add(mounts, "name", new() { ["name"] = BuildPodPlan.WorkspaceVolume, ["mountPath"] = Context });
        Add(mounts, "name", new() { ["name"] = BuildPodPlan.HomeVolume, ["mountPath"] = Home });
        Add(variables, "name", new() { ["name"] = "HOME", ["value"] = Home });
        step["workingDir"] ??= Context;
        (step["volumeMounts"], step["env"]) = (mounts, variables);
        return step;
    }

    private static void Add(JsonArray list, string key, JsonObject item)
    {
        if (!list.OfType<JsonObject>().Any(each => each[key]?.ToString() == item[key]?.ToString()))
            list.Add(item);
    }
}
