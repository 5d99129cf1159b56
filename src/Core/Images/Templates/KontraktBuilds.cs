using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Running;

namespace Kontrakt.Images.Templates;

/// <summary>The Build documents that stand among a kontrakt's manifests: each makes an image of the run.</summary>
internal static partial class KontraktBuilds
{
    private static readonly string[] Destinations = ["DESTINATION", "DESTINATION_IMAGE"];

    /// <summary>The builds of a file with the names of their images; what is wrong with them is noted.</summary>
    public static IReadOnlyList<(BuildDocument Document, string Name)> Read(string file, List<Diagnostic> problems)
    {
        var builds = new List<(BuildDocument, string)>();
        // What is no YAML has been said by whoever reads manifests.
        foreach (var document in BuildDocuments.ReadFile(file, []).Where(document => BuildDocuments.IsOf(document, BuildReader.Kind, file, problems)))
            if (BuildReader.Read(document, file, problems) is { } build && NameOf(build, problems) is { } name)
                builds.Add((build, name));
        return builds;
    }

    /// <summary>The last part of the image's repository. In a run an image goes below KO_DOCKER_REPO, with the run's tag.</summary>
    private static string? NameOf(BuildDocument build, List<Diagnostic> problems)
    {
        var argument = build.Arguments.FirstOrDefault(argument => Destinations.Contains(argument.Name));
        var text = argument?.Value ?? build.Steps.Select(step => KanikoSteps.DestinationOf(step.ToJson().AsObject())).LastOrDefault(destination => destination is not null);
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
