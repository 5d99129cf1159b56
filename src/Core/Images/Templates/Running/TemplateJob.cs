using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Sources;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Templates.Running;

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
    /// <exception cref="KontraktException">KTR1018: one that is none.</exception>
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
/// <param name="Destination">What stands for the image that is built.</param>
/// <param name="InPods">Any other image's name as a program in a pod has to say it; not an image: as it is.</param>
internal sealed record JobNames(string Destination, Func<string, string> InPods);
