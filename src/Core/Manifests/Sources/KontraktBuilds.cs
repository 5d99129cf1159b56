using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;

namespace Kontrakt.Manifests.Sources;

/// <summary>A document of build.knative.dev among a kontrakt's manifests: it is for building images, and the cluster never sees it.</summary>
public sealed record BuildNode(string File, YamlMapping Node);

/// <summary>The Build documents among a kontrakt's manifests: each makes an image of the run.</summary>
internal static partial class KontraktBuilds
{
    private static readonly string[] Destinations = ["DESTINATION", "DESTINATION_IMAGE"];

    /// <summary>The builds, each with the source that it is; what is wrong with them is noted.</summary>
    public static IReadOnlyList<(BuildDocument Document, ImageSource.Document Source)> Read(IEnumerable<BuildNode> nodes, List<Diagnostic> problems)
    {
        var builds = new List<(BuildDocument, ImageSource.Document)>();
        foreach (var (file, node) in nodes.Where(each => BuildDocuments.IsOf(each.Node, BuildReader.Kind, each.File, problems)))
            if (BuildReader.Read(node, file, problems) is { } build && NameOf(build, problems) is { } name)
                builds.Add((build, new(file, build.Name) { Name = name, Location = build.Location, Texts = [.. Texts(build)] }));
        return builds;
    }

    /// <summary>What may name other images.</summary>
    private static IEnumerable<string> Texts(BuildDocument build) => build.Arguments.Select(argument => argument.Value)
        .Concat(build.Steps.SelectMany(step => KanikoArguments.Of(step.ToJson().AsObject()).All).Select(text => text[(text.LastIndexOf('=') + 1)..]));

    /// <summary>The last part of the image's repository. In a run an image goes below KO_DOCKER_REPO, with the run's tag.</summary>
    private static string? NameOf(BuildDocument build, List<Diagnostic> problems)
    {
        var argument = build.Arguments.FirstOrDefault(argument => Destinations.Contains(argument.Name));
        var text = argument?.Value ?? build.Steps.Select(step => KanikoArguments.Of(step.ToJson().AsObject()).Destination).LastOrDefault(destination => destination is not null);
        if (text is null)
            return build.Name;
        if (OfTheRun().Match(text) is { Success: true } match)
            return match.Groups["name"].Value;
        problems.Add(Ktr.BuildDestinationFixed.At(argument?.Location ?? build.Location, build.Name, text));
        return null;
    }

    [GeneratedRegex(@"\A\$\{KO_DOCKER_REPO\}/(?<name>[^:@$]+):\$\{kontrakt\.sourceReference\}\z")]
    private static partial Regex OfTheRun();
}
