using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Templates.Running;

/// <summary>Makes jobs of the uses of templates.</summary>
internal static class TemplateJobs
{
    /// <summary>Dispatch's own templates said DESTINATION_IMAGE in the end.</summary>
    private static readonly string[] Destinations = ["DESTINATION", "DESTINATION_IMAGE"];

    /// <summary>The label by the parameter that names the image below: what is built of a base image, and what of an image with a runtime.</summary>
    private static readonly (string Parameter, string Label)[] Below =
        [("IMAGE", ImageTemplateFolder.FunctionLabel), ("SOURCE_IMAGE", ImageTemplateFolder.FunctionLabel), ("BASE_IMAGE", ImageTemplateFolder.ImageLabel)];

    /// <param name="image">Where the image goes unless an argument says so; null: one must say so.</param>
    /// <param name="globals">What may be in any text besides parameters.</param>
    /// <exception cref="KontraktException">The arguments do not fit the template.</exception>
    public static TemplateJob For(BuildTemplate template, TemplateUse use, string key, ImageReference? image, IReadOnlyDictionary<string, string> globals)
    {
        use = use with { Arguments = [.. use.Arguments.Select(argument => argument with { Value = Placeholders.Replace(argument.Value, name => globals.GetValueOrDefault(name)) })] };
        var destination = template.Parameters.FirstOrDefault(parameter => Destinations.Contains(parameter.Name))
            ?? throw Ktr.BuildDocumentInvalid.Error(template.Location, template, "it has no parameter DESTINATION, so nothing says which image it makes; declare it, and push there");
        var given = use.Arguments.FirstOrDefault(argument => argument.Name == destination.Name);
        var target = given is null ? image : Parse(given.Value, given.Location ?? use.Location);
        var problems = new List<Diagnostic>();
        var values = TemplateArguments.Bind(template, given is null && target is not null ? [.. use.Arguments, new(destination.Name, target.ToString(), null)] : use.Arguments, use.Location, problems);
        KontraktException.ThrowIfAny(problems);
        target ??= Parse(values[destination.Name], use.Location);
        return new()
        {
            Name = RepositoryTail(target),
            Source = key,
            Image = target,
            Sources = use.Sources,
            Location = use.Location,
            Dockerfile = values.GetValueOrDefault("DOCKERFILE"),
            DockerfileImage = ImageBelow(values, use.Location),
            Expand = names => ExpandedTemplate.From(template, Named(use, destination.Name, names), use.Location, globals),
        };
    }

    /// <summary>The image that a destination names; without a tag it is latest, as every tool has it.</summary>
    internal static ImageReference Parse(string text, SourceLocation? place)
    {
        if (!ImageReference.TryParse(text, out var image, out var problem))
            throw Ktr.InvalidImage.Error(place, text, problem);
        return image.Digest is null ? image.WithTag(image.Tag ?? "latest") : throw Ktr.InvalidImage.Error(place, text, "a destination has a tag and gets its digest by the build");
    }

    private static TemplateSource.Image? ImageBelow(IReadOnlyDictionary<string, string> values, SourceLocation? place) =>
        Below.Where(each => values.ContainsKey(each.Parameter)).Select(each => new TemplateSource.Image(values[each.Parameter], null, [each.Label], place)).FirstOrDefault();

    private static List<TemplateArgument> Named(TemplateUse use, string destination, JobNames names) =>
        [.. use.Arguments.Where(argument => argument.Name != destination).Select(argument => argument.Name.EndsWith("IMAGE", StringComparison.Ordinal) ? argument with { Value = names.InPods(argument.Value) } : argument),
            new(destination, names.Destination, use.Location)];

    private static string RepositoryTail(ImageReference image) => image.Repository[(image.Repository.LastIndexOf('/') + 1)..];
}

/// <summary>What one pod has to build, known without a cluster.</summary>
internal sealed record TemplateJob
{
    /// <summary>What the log calls it; the state of it is kept under this name.</summary>
    public required string Name { get; init; }
    /// <summary>The key of what is built; for errors, too.</summary>
    public required string Source { get; init; }
    /// <summary>Where the image goes, by this machine's name, with a tag.</summary>
    public required ImageReference Image { get; init; }
    public required IReadOnlyList<TemplateSource> Sources { get; init; }
    /// <summary>The steps, given the names of registries.</summary>
    public required Func<JobNames, ExpandedTemplate> Expand { get; init; }
    /// <summary>The Dockerfile that must be in the workspace, relative; null where none is known to be needed.</summary>
    public string? Dockerfile { get; init; }
    /// <summary>Fields of the pod's spec that say on which nodes it runs.</summary>
    public IReadOnlyDictionary<string, YamlNode> Scheduling { get; init; } = new Dictionary<string, YamlNode>();
    /// <summary>The image whose folder has a Dockerfile where the sources bring none; null for none.</summary>
    public TemplateSource.Image? DockerfileImage { get; init; }
    public SourceLocation? Location { get; init; }
    /// <summary>What it may take where that is less than the settings say; null for those.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The images that arguments name.</summary>
    /// <exception cref="KontraktException">KTR1018: one that is not a reference.</exception>
    public IReadOnlyList<ImageReference> ImagesBelow()
    {
        var images = new List<ImageReference>();
        Expand(new("", text =>
        {
            images.Add(ImageReference.TryParse(text, out var image, out var problem) ? image : throw Ktr.InvalidImage.Error(Location, text, problem));
            return text;
        }));
        return images;
    }
}

/// <summary>How steps name images.</summary>
/// <param name="Destination">The reference that names the image that is built.</param>
/// <param name="InPods">Any other image's name as a program in a pod has to say it; not an image: as it is.</param>
internal sealed record JobNames(string Destination, Func<string, string> InPods);
