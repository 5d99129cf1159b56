namespace Kontrakt.Images.Contexts;

/// <summary>A folder to be pushed as a context image, besides what the settings say of contexts.</summary>
public sealed record ContextImageRequest
{
    /// <summary>The context folder, a full path.</summary>
    public required string Directory { get; init; }
    /// <summary>registry/repository[:tag]; "latest" where there is no tag.</summary>
    public required string Tag { get; init; }
    /// <summary>The Dockerfile that the context is for, a full path; null for Dockerfile in the folder.</summary>
    public string? Dockerfile { get; init; }
    /// <summary>Whether the image is made anew, with nothing in it that is gone.</summary>
    public bool Squash { get; init; }
}
