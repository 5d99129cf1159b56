using Kontrakt.Context;
using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Settings;

namespace Kontrakt.Images.Contexts;

/// <summary>Pushes folders as context images, on a base that is named (KontraktContextBase) or made here.</summary>
public static class ContextImages
{
    /// <summary>The image by tag and digest, and what was done. Nothing is uploaded when nothing changed.</summary>
    /// <param name="registry">Shared with what else the caller does; safe for several pushes at once.</param>
    /// <exception cref="KontraktException">Everything a user can mend: the folder, the tag, the base, the registry.</exception>
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
