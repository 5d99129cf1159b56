using System.Security.Cryptography;
using System.Text;
using Kontrakt.Context;
using Kontrakt.Diagnostics;
using Kontrakt.Git;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Images.Contexts;

/// <summary>Pushes folders as context images, on a base that is named (KontraktContextBase) or made here.</summary>
public static class ContextImages
{
    /// <summary>The image by tag and digest, and what was done. Nothing is uploaded when nothing changed.</summary>
    /// <param name="registry">Shared with what else the caller does; safe for several pushes at once.</param>
    /// <exception cref="KontraktException">Everything a user can fix: the folder, the tag, the base, the registry.</exception>
    public static async Task<ContextResult> PushAsync(ContextImageRequest request, KontraktSettings settings, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        var tag = ParseTag(request.Tag);
        PushGuard.Require(tag.Name, PushGuard.Allowed(settings, null), null);
        try
        {
            return await ContextPusher.PushAsync(new()
            {
                Directory = request.Directory,
                Tag = tag,
                Base = await BaseAsync(tag, settings, registry, log, cancellationToken),
                StateDirectory = settings.RunsDirectory,
                Dockerfile = request.Dockerfile,
                LeaveOutBuilds = settings.ContextLeaveOutBuilds,
                FollowLinks = settings.ContextFollowLinks,
                MaxLayers = settings.ContextMaxLayers,
                Squash = request.Squash,
            }, registry, log, cancellationToken);
        }
        catch (RegistryException error)
        {
            throw new KontraktException([RegistryProblems.Writing(error, tag.ToString(), null)], error);
        }
    }

    private static ImageReference ParseTag(string text)
    {
        if (!ImageReference.TryParse(text, out var tag, out var problem))
            throw Ktr.InvalidSetting.Error(null, "the tag of the context", text, problem);
        return tag.Digest is null ? tag.WithTag(tag.Tag ?? "latest")
            : throw Ktr.InvalidSetting.Error(null, "the tag of the context", text, "it names a digest, and what is pushed gets its own");
    }

    private static async Task<ImageReference> BaseAsync(ImageReference tag, KontraktSettings settings, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        if (settings.ContextBase is not { } named)
        {
            var repository = RepositoryFor(tag, settings);
            PushGuard.Require(repository, PushGuard.Allowed(settings, null), null);
            return await ExtractorImage.EnsureAsync(repository, registry, log, cancellationToken);
        }
        return ImageReference.TryParse(named, out var image, out var problem) ? image : throw Ktr.InvalidSetting.Error(null, "KontraktContextBase", named, problem);
    }

    /// <summary>KO_DOCKER_REPO where it is on the same registry, whose layers then need not be copied; else beside the context.</summary>
    private static string RepositoryFor(ImageReference tag, KontraktSettings settings)
    {
        if (settings.Repository is { } repository && RepositoryNames.IsBelow(repository, tag.Registry))
            return repository.TrimEnd('/');
        var slash = tag.Repository.LastIndexOf('/');
        return slash < 0 ? tag.Registry : $"{tag.Registry}/{tag.Repository[..slash]}";
    }
}

/// <summary>A folder to be pushed as a context image, besides what the settings say of contexts.</summary>
public sealed record ContextImageRequest
{
    /// <summary>The context folder, a full path.</summary>
    public required string Directory { get; init; }
    /// <summary>registry/repository[:tag]; "latest" where there is no tag.</summary>
    public required string Tag { get; init; }
    /// <summary>The Dockerfile that the context is for, a full path; null for Dockerfile in the folder.</summary>
    public string? Dockerfile { get; init; }
    /// <summary>Whether all of the image is made again, without what was deleted.</summary>
    public bool Squash { get; init; }
}

/// <summary>
/// The tag of a context beside an image. It is the folder's own, so that two projects that call an image by one name do not push each other's
/// files out; and it is the same on every machine that has the repository under its name, so that each goes on from what another pushed.
/// </summary>
internal static class ContextTags
{
    /// <param name="name">What the context is within its project: its folder.</param>
    public static string For(string name, KontraktSettings settings)
    {
        var root = GitRoot.Of(settings.Directory);
        var within = Path.IsPathRooted(name) ? Path.GetRelativePath(root, name).Replace('\\', '/') : name;
        var identity = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(root))}/{within}";
        return $"latest-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..12]}";
    }
}
