using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;

namespace Kontrakt.Images.Templates.Running;

/// <summary>Completes steps that run Kaniko: the executor of the settings, and the arguments without which nobody would learn what was built.</summary>
internal static class KanikoSteps
{
    private const string DigestFile = "--digest-file";

    /// <summary>Templates of that time name an executor of that time, which cannot say a digest.</summary>
    private static readonly string[] Replaced = ["gcr.io/kaniko-project/executor", "berndtj/executor"];

    /// <summary>The step with what it lacks; one that does not run Kaniko as it is, its image by the nodes' name.</summary>
    public static JsonObject Complete(JsonObject step, BuildNames names, KontraktSettings settings)
    {
        var image = step["image"]?.ToString() ?? "";
        if (!IsExecutor(image, settings))
            return With(step, RepositoryNames.Replace(image, names.Repository, names.OfNodes), []);
        List<string> given = [.. Texts(step, "command"), .. Texts(step, "args")];
        var more = new List<string>();
        if (!Has(given, DigestFile))
            more.Add($"{DigestFile}={BuildPodPlan.DigestFile}");
        if (!Has(given, "--context"))
            more.Add($"--context=dir://{BuildPodPlan.Workspace}");
        // It looks for signs of a container runtime that not every runtime gives; this is one.
        if (!Has(given, "--force"))
            more.Add("--force");
        foreach (var host in Insecure(names))
            more.Add($"--insecure-registry={host}");
        foreach (var mirror in settings.RegistryMirrors)
            more.Add($"--registry-mirror={mirror}");
        more.AddRange(settings.KanikoArgs);
        var executor = IsReplaced(image) ? settings.KanikoExecutor : image;
        return With(step, RepositoryNames.Replace(executor, names.Repository, names.OfNodes), more);
    }

    /// <summary>The argument that says where an image goes; null where there is none.</summary>
    public static string? DestinationOf(JsonObject step) => Texts(step, "args") is var arguments && Place(arguments) is var (index, prefix) && index >= 0 ? arguments[index][prefix..] : null;

    /// <summary>The step with another destination.</summary>
    public static JsonObject WithDestination(JsonObject step, string destination)
    {
        var arguments = Texts(step, "args");
        var (index, prefix) = Place(arguments);
        if (index < 0)
            return step;
        var other = (JsonObject)step.DeepClone();
        ((JsonArray?)other["args"] ?? [])[index] = arguments[index][..prefix] + destination;
        return other;
    }

    private static (int Index, int Prefix) Place(List<string> arguments)
    {
        foreach (var name in new[] { "--destination", "-d" })
        {
            if (arguments.FindIndex(argument => argument.StartsWith(name + "=", StringComparison.Ordinal)) is var joined and >= 0)
                return (joined, name.Length + 1);
            if (arguments.IndexOf(name) is var apart and >= 0 && apart + 1 < arguments.Count)
                return (apart + 1, 0);
        }
        return (-1, 0);
    }

    private static IEnumerable<string> Insecure(BuildNames names) =>
        names.InsecureHosts.Append(names.OfPods.Split('/')[0]).Where(names.IsInsecure).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal);

    private static bool IsExecutor(string image, KontraktSettings settings) => IsReplaced(image) || image == settings.KanikoExecutor || Name(image).EndsWith("/executor", StringComparison.Ordinal);

    private static bool IsReplaced(string image) => Replaced.Contains(Name(image));

    private static string Name(string image) => image.Split('@')[0] is var name && name.LastIndexOf(':') is var colon && colon > name.LastIndexOf('/') ? name[..colon] : name;

    private static bool Has(List<string> arguments, string name) => arguments.Exists(argument => argument == name || argument.StartsWith(name + "=", StringComparison.Ordinal));

    private static JsonObject With(JsonObject step, string image, List<string> arguments)
    {
        var other = (JsonObject)step.DeepClone();
        other["image"] = image;
        if (arguments.Count > 0)
            other["args"] = new JsonArray([.. Texts(step, "args").Concat(arguments).Select(argument => (JsonNode?)argument)]);
        return other;
    }

    private static List<string> Texts(JsonObject step, string key) => step[key] is JsonArray list ? [.. list.Select(item => item?.ToString() ?? "")] : [];
}
