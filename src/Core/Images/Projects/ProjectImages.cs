using Kontrakt.Diagnostics;
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
    /// <exception cref="KontraktException">The registry cannot be reached or refuses; the base image cannot be read and nothing earlier is in for it.</exception>
    public static async Task<ProjectImageState> CheckAsync(ProjectImageRequest request, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        var asked = ReadBaseAsync(request, registry, cancellationToken);
        var content = await PublishFolder.FingerprintAsync(request.PublishDirectory, request.Inputs, cancellationToken);
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
        // Before the upload: the SDK's own failures name a line of its targets, not the project.
        await RegistryProblems.WritingAsync(request.Image.ToString(), request.Location, async () =>
        {
            await registry.CheckPushAsync(request.Image, cancellationToken);
            return true;
        });
        return new(fingerprint, null);
    }

    /// <summary>Asks the registry which digest it holds under the tag, and records it.</summary>
    /// <param name="pushed">The digest that the push reported; null where it reported none.</param>
    /// <exception cref="KontraktException">The registry has no such tag, or another image under it.</exception>
    public static async Task<Digest> RecordAsync(ProjectImageRequest request, ImageFingerprint fingerprint, string? pushed, RegistryClient registry, CancellationToken cancellationToken)
    {
        var found = await RegistryProblems.WritingAsync(request.Image.ToString(), request.Location, () => registry.ResolveAsync(request.Image, cancellationToken));
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
}

/// <summary>A published project whose image should be in a registry.</summary>
public sealed record ProjectImageRequest
{
    /// <summary>Full path; errors point at it.</summary>
    public required string ProjectFile { get; init; }
    /// <summary>Registry, repository and the tag SOURCE_REFERENCE.</summary>
    public required ImageReference Image { get; init; }
    public required string BaseImage { get; init; }
    /// <summary>The project's own, clean publish folder.</summary>
    public required string PublishDirectory { get; init; }
    /// <summary>Everything besides files and base that shapes the image: entrypoint, ports, environment, labels, user…, one line each.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }
    /// <summary>The folder of the stamps: below the project's obj.</summary>
    public required string StampDirectory { get; init; }

    internal SourceLocation Location => new(ProjectFile);
}

/// <summary>What is known of a project's image before it is made.</summary>
/// <param name="Current">The digest in the registry that equal input gave earlier; null: the image has to be made.</param>
public sealed record ProjectImageState(ImageFingerprint Fingerprint, Digest? Current);

/// <summary>What goes into an image.</summary>
/// <param name="Content">Of the published files and the inputs, sha256 in hex.</param>
/// <param name="Base">The base image by digest; null where its registry did not answer.</param>
public sealed record ImageFingerprint(string Content, string? Base);
