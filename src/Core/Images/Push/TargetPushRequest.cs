using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Push;

/// <summary>The image of a pod labelled 'kontrakt: target', as the cluster ran it.</summary>
/// <param name="Text">From the resolved manifest.</param>
public sealed record TargetImage(string Text, SourceLocation Location);

/// <summary>What is pushed after a run that passed, and where to.</summary>
public sealed record TargetPushRequest
{
    public required IReadOnlyList<TargetImage> Targets { get; init; }
    /// <summary>KO_DOCKER_REPO, where the build put what it made; null where it made nothing, and every target is somebody else's.</summary>
    public required string? Repository { get; init; }
    /// <summary>The cluster's name for it.</summary>
    public string? PullRepository { get; init; }
    /// <summary>KontraktPushRepository: where targets go; null: they stay in KO_DOCKER_REPO and get their tags there.</summary>
    public string? PushRepository { get; init; }
    /// <summary>SOURCE_REFERENCE.</summary>
    public required string SourceReference { get; init; }
    /// <summary>KontraktPushTags: further tags, such as latest.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
    /// <summary>KontraktPushRegistries: registries, or registries with a path, that may be pushed to; empty allows all.</summary>
    public IReadOnlyList<string> AllowedRegistries { get; init; } = [];
}
