using Kontrakt.Images;
using Kontrakt.Images.Projects;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Microsoft.Build.Framework;

namespace Kontrakt.Tasks.Containers;

/// <summary>What the tasks about one project's image have in common: which project, where to, made of what.</summary>
public abstract class ProjectImageTask : KontraktTask
{
    /// <summary>Registry and repository, such as localhost:5000/demo/api.</summary>
    [Required]
    public string Name { get; set; } = "";

    [Required]
    public string Tag { get; set; } = "";

    [Required]
    public string BaseImage { get; set; } = "";

    [Required]
    public string PublishDirectory { get; set; } = "";

    [Required]
    public string StampDirectory { get; set; } = "";

    /// <summary>Everything else that shapes the image, a line each.</summary>
    public string[] Inputs { get; set; } = [];

    public string[] InsecureRegistries { get; set; } = [];

    protected ProjectImageRequest Request => new()
    {
        ProjectFile = ProjectFile,
        Image = ImageReference.Parse($"{Name}:{Tag}"),
        BaseImage = BaseImage,
        PublishDirectory = Absolute(PublishDirectory),
        StampDirectory = Absolute(StampDirectory),
        Inputs = Inputs,
    };

    protected RegistryClient OpenRegistry() => new(RegistryAccess.Options(InsecureRegistries, RunLog));
}
