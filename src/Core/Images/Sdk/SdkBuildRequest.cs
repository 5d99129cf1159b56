using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Sdk;

/// <summary>Projects to build and push with the .NET SDK, from outside of MSBuild.</summary>
public sealed record SdkBuildRequest
{
    public required IReadOnlyList<ImageProject> Projects { get; init; }
    /// <summary>KO_DOCKER_REPO.</summary>
    public required string Repository { get; init; }
    /// <summary>SOURCE_REFERENCE.</summary>
    public required string Tag { get; init; }
    /// <summary>The run's folder: the generated project and its result go there.</summary>
    public required string WorkDirectory { get; init; }
    /// <summary>Kontrakt.Container.targets.</summary>
    public required string TargetsFile { get; init; }
    /// <summary>Kontrakt.Tasks.dll.</summary>
    public required string TasksAssembly { get; init; }
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];
    /// <summary>The host base image; null: each project's own base.</summary>
    public ImageReference? BaseImage { get; init; }
    /// <summary>Global properties for restore and build, such as Configuration.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
