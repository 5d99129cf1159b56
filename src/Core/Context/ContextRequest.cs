using Kontrakt.Oci.Names;

namespace Kontrakt.Context;

/// <summary>A folder to be pushed.</summary>
public sealed record ContextRequest
{
    /// <summary>The context folder, a full path.</summary>
    public required string Directory { get; init; }
    /// <summary>Where it goes; with a tag, without a digest.</summary>
    public required ImageReference Tag { get; init; }
    /// <summary>The image below it, whose program copies the context.</summary>
    public required ImageReference Base { get; init; }
    /// <summary>Where hashes are remembered, a full path; never part of a context. Null: nothing is remembered, and every file is read.</summary>
    public string? StateDirectory { get; init; }
    /// <summary>A full path; its own ignore file takes precedence over .dockerignore, and both are always part of the context. Null for Dockerfile in the folder.</summary>
    public string? Dockerfile { get; init; }
    /// <summary>Whether .git, bin and obj stay out; null: where the folder holds a project or a solution.</summary>
    public bool? LeaveOutBuilds { get; init; }
    /// <summary>Whether links that leave the folder become what they lead to, in place of being errors.</summary>
    public bool FollowLinks { get; init; }
    /// <summary>The longest chain of layers above the base; overlay file systems take about 127 in all.</summary>
    public int MaxLayers { get; init; } = 64;
    /// <summary>Whether all of the image is made again, without what was deleted.</summary>
    public bool Squash { get; init; }
    /// <summary>The clock that decides whether remembered hashes are trusted.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
