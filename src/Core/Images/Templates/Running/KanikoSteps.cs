using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Images.Templates.Running;

/// <summary>Completes steps that run Kaniko: the executor of the settings, and the arguments without which nobody would learn what was built.</summary>
internal static partial class KanikoSteps
{
    private const string DigestFile = "--digest-file";
    private static readonly string[] Given = ["--build-arg", "--label"];

    /// <summary>Templates of that time name an executor of that time, which cannot say a digest.</summary>
    private static readonly string[] Replaced = ["gcr.io/kaniko-project/executor", "berndtj/executor"];

    /// <summary>The step with what it lacks; one that does not run Kaniko as it is, its image by the nodes' name.</summary>
    /// <param name="image">What the job makes.</param>
    public static JsonObject Complete(JsonObject step, ImageReference image, KanikoRegistries registries, KontraktSettings settings)
    {
        var (program, names) = (step["image"]?.ToString() ?? "", registries.Names);
        if (!IsExecutor(step, settings))
            return With(step, RepositoryNames.Replace(program, names.Repository, names.OfNodes), []);
        var given = new KanikoArguments([.. KanikoArguments.Texts(step, "command"), .. KanikoArguments.Texts(step, "args")]);
        var more = new List<string>();
        if (!given.Has(DigestFile))
            more.Add($"{DigestFile}={BuildPodPlan.DigestFile}");
        if (!given.Has("--context"))
            more.Add($"--context=dir://{BuildPodPlan.Workspace}");
        // It looks for signs of a container runtime that not every runtime gives; this is one.
        if (!given.Has("--force"))
            more.Add("--force");
        // What the Dockerfile names is not always known.
        more.AddRange(registries.Arguments(image, names.InsecureHosts, settings));
        more.AddRange(KanikoStep.ProxyArguments(names, given.Values("--build-arg").Select(text => text.Split('=')[0])));
        more.AddRange(settings.KanikoArgs);
        return KanikoPlaces.Mounted(AtItsPlace(With(step, RepositoryNames.Replace(ExecutorOf(step, settings), names.Repository, names.OfNodes), more)));
    }

    /// <summary>The image that runs in such a step.</summary>
    public static string ExecutorOf(JsonObject step, KontraktSettings settings) => step["image"]?.ToString() is { } program && !IsReplaced(program) ? program : settings.KanikoExecutor;

    /// <summary>The arguments that name a place in the workspace name it where the executor has it; what a build is given stays.</summary>
    private static JsonObject AtItsPlace(JsonObject step)
    {
        var given = KanikoArguments.Texts(step, "args");
        step["args"] = new JsonArray([.. given.Select((argument, index) => (JsonNode?)(Given.Any(name => argument.StartsWith(name + "=", StringComparison.Ordinal) || (index > 0 && given[index - 1] == name))
            ? argument : InWorkspace().Replace(argument, KanikoPlaces.Context)))]);
        return step;
    }

    // --context=dir:///workspace, --dockerfile /workspace/Dockerfile
    [GeneratedRegex("(?<=^(?:--?[A-Za-z-]+=)?(?:dir://)?)/workspace(?=/|$)")]
    private static partial Regex InWorkspace();

    /// <summary>The step with another destination.</summary>
    public static JsonObject WithDestination(JsonObject step, string destination)
    {
        var arguments = KanikoArguments.Of(step);
        if (arguments.Destination is null)
            return step;
        var other = (JsonObject)step.DeepClone();
        other["args"] = new JsonArray([.. arguments.WithDestination(destination).Select(argument => (JsonNode?)argument)]);
        return other;
    }

    public static bool IsExecutor(JsonObject step, KontraktSettings settings) => IsExecutor(step["image"]?.ToString() ?? "", settings);

    private static bool IsExecutor(string image, KontraktSettings settings) => IsReplaced(image) || image == settings.KanikoExecutor || Executor.IsKnown(image) || Name(image).EndsWith("/executor", StringComparison.Ordinal);

    private static bool IsReplaced(string image) => Replaced.Contains(Name(image));

    private static string Name(string image) => image.Split('@')[0] is var name && name.LastIndexOf(':') is var colon && colon > name.LastIndexOf('/') ? name[..colon] : name;

    private static JsonObject With(JsonObject step, string image, List<string> arguments)
    {
        var other = (JsonObject)step.DeepClone();
        other["image"] = image;
        if (arguments.Count > 0)
            other["args"] = new JsonArray([.. KanikoArguments.Texts(step, "args").Concat(arguments).Select(argument => (JsonNode?)argument)]);
        return other;
    }
}
