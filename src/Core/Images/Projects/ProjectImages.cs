using Kontrakt.Diagnostics;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Projects;

/// <summary>
/// Decides whether a project's image has to be made, and records what was made. The SDK's images never reproduce (times, a process id),
/// so what goes in is compared: the published files, the container settings, and the base image's digest.
/// </summary>
public static class ProjectImages
{
    /// <summary>
    /// Compares with the last image. An image that is current is put under the request's tag where it is not yet, and nothing else is written;
    /// otherwise the registry is asked whether it would take a push.
    /// </summary>
    /// <exception cref="KontraktException">The registry cannot be reached or refuses; the base image cannot be read and nothing earlier stands in for it.</exception>
    public static async Task<ProjectImageState> CheckAsync(ProjectImageRequest request, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        var asked = ReadBaseAsync(request, registry, cancellationToken);
        var content = await PublishedFiles.FingerprintAsync(request.PublishDirectory, request.Inputs, cancellationToken);
        var stamp = await ImageStamp.ReadAsync(request.StampDirectory, request.Image.Name, cancellationToken);
        var (foundBase, problem) = await asked;
        var fingerprint = new ImageFingerprint(content, foundBase);
        if (stamp is not null && stamp.Content == content && (foundBase is null || foundBase == stamp.Base)
            && Digest.TryParse(stamp.Digest, out var digest) && await CurrentImage.RetagAsync(request.Image, digest, registry, request.Location, cancellationToken))
        {
            if (problem is not null)
                log.Report(new RunEvent.Progress($"{request.Image.Name}: the base image {request.BaseImage} cannot be read now; nothing else changed, so the image made from {stamp.Base} stays"));
            return new(fingerprint, digest);
        }
        if (problem is not null)
            throw new KontraktException([problem]);
        await CheckWritableAsync(request, registry, cancellationToken);
        return new(fingerprint, null);
    }

    /// <summary>Asks the registry which digest it holds under the tag, and records it.</summary>
    /// <param name="pushed">The digest that the push reported; null where it reported none.</param>
    /// <exception cref="KontraktException">The registry has no such tag, or another image under it.</exception>
    public static async Task<Digest> RecordAsync(ProjectImageRequest request, ImageFingerprint fingerprint, string? pushed, RegistryClient registry, CancellationToken cancellationToken)
    {
        Descriptor? found;
        try
        {
            found = await registry.ResolveAsync(request.Image, cancellationToken);
        }
        catch (RegistryException error)
        {
            throw new KontraktException([RegistryProblems.Writing(error, request.Image.ToString(), request.Location)], error);
        }
        if (found is null)
            throw Ktr.ImageBuildFailed.Error(request.Location, request.ProjectFile, $"it was pushed, but '{request.Image.Registry}' has no {request.Image.Repository}:{request.Image.Tag}");
        if (!string.IsNullOrEmpty(pushed) && pushed != found.Digest.ToString())
            throw Ktr.ImageBuildFailed.Error(request.Location, request.ProjectFile, $"'{request.Image}' is {found.Digest} in the registry, but {pushed} was pushed: something else pushes to this tag at the same time");
        if (fingerprint.Base is { } baseDigest)
            new ImageStamp(request.Image.Name, fingerprint.Content, baseDigest, found.Digest.ToString()).Write(request.StampDirectory);
        return found.Digest;
    }

    private static async Task<(string? Base, Diagnostic? Problem)> ReadBaseAsync(ProjectImageRequest request, RegistryClient registry, CancellationToken cancellationToken)
    {
        Diagnostic Problem(string why) => Ktr.BaseImageUnavailable.At(request.Location, request.BaseImage, Path.GetFileName(request.ProjectFile), why);
        if (!ImageReference.TryParse(request.BaseImage, out var image, out var fault))
            return (null, Problem(fault));
        try
        {
            var found = image.Digest ?? (await registry.ResolveAsync(image, cancellationToken))?.Digest;
            return found is { } digest ? ($"{image.Name}@{digest}", null) : (null, Problem($"'{image.Registry}' has no such image"));
        }
        catch (RegistryException error)
        {
            return (null, Problem(error.Message));
        }
    }

    /// <summary>Finds out before the upload whether it would be taken: the SDK's own failures name a line of its targets, not the project.</summary>
    private static async Task CheckWritableAsync(ProjectImageRequest request, RegistryClient registry, CancellationToken cancellationToken)
    {
        try
        {
            await registry.CheckPushAsync(request.Image, cancellationToken);
        }
        catch (RegistryException error)
        {
            throw new KontraktException([RegistryProblems.Writing(error, request.Image.ToString(), request.Location)], error);
        }
    }
}
