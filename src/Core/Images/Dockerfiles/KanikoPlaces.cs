using System.Text.Json.Nodes;
using Kontrakt.Images.Builds;

namespace Kontrakt.Images.Dockerfiles;

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
