namespace Kontrakt.Images;

/// <summary>What an image use says has to be built.</summary>
public abstract record ImageSource
{
    /// <param name="ProjectFile">Full path.</param>
    public sealed record Project(string ProjectFile) : ImageSource;
    /// <param name="File">Full path.</param>
    public sealed record Dockerfile(string File) : ImageSource;
}

/// <summary>A project whose image is to be built.</summary>
/// <param name="ProjectFile">Full path.</param>
/// <param name="Name">The last part of the repository: KO_DOCKER_REPO/Name. Empty: from the project file's name.</param>
public sealed record ImageProject(string ProjectFile, string Name);
