using Kontrakt.Diagnostics;
using Kontrakt.Manifests;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Images.Push;

/// <summary>The image of a pod labelled 'kontrakt: target', as the cluster ran it.</summary>
/// <param name="Image">From the resolved manifest.</param>
public sealed record TargetImage(ImageReference Image, SourceLocation Location);

/// <summary>
/// The images of pods labelled target. They are the run's own: another's init container or sidecar beside one of these is not pushed, and so needs no
/// digest. Where a pod has none of the run's own, all of its images are targets.
/// </summary>
internal static class TargetImages
{
    /// <param name="resolved">Where a reference ends is known of the resolved manifest only, not of its source.</param>
    /// <param name="repositories">Where the run's own images are, by each name.</param>
    /// <exception cref="KontraktException">Those without a digest: what is pushed is what was tested.</exception>
    public static IReadOnlyList<TargetImage> Of(KontraktManifests resolved, params IReadOnlyList<string?> repositories)
    {
        var (targets, problems) = (new List<TargetImage>(), new List<Diagnostic>());
        foreach (var template in resolved.PodTemplates.Where(template => template.Label == KontraktLabel.Target))
        {
            var hasOwn = template.Containers.Any(container => IsBelow(container.Reference, repositories));
            foreach (var container in template.Containers.Where(container => !hasOwn || IsBelow(container.Reference, repositories) || container.Reference?.Digest is not null))
            {
                var place = template.LocateImage(container.Name) with { EndLine = 0, EndColumn = 0 };
                if (!ImageReference.TryParse(container.Image, out var image, out var problem))
                    problems.Add(Ktr.InvalidImage.At(place, container.Image, problem));
                else if (image.Digest is null)
                    problems.Add(Ktr.TargetWithoutDigest.At(place, container.Image, "nothing here builds it"));
                else
                    targets.Add(new(image, place));
            }
        }
        KontraktException.ThrowIfAny(problems);
        return targets;
    }

    /// <summary>Before anything is built: targets of pods of which nothing can be built here, and that have no digest either.</summary>
    public static IEnumerable<Diagnostic> Foreign(KontraktManifests kontrakt, KontraktSettings settings)
    {
        foreach (var template in kontrakt.PodTemplates.Where(template => template.Label == KontraktLabel.Target && !template.Containers.Any(container => MayBeOwn(container, settings))))
            foreach (var container in template.Containers.Where(container => container.Reference is { Digest: null }))
                yield return Ktr.TargetWithoutDigest.At(template.LocateImage(container.Name), container.Image, "nothing here builds it");
    }

    /// <summary>The same once it is known what is built and where to: targets below the run's repositories that it does not build, and that have no digest.</summary>
    /// <param name="values">What the tokens become.</param>
    /// <param name="built">The references of what is built, without digests.</param>
    public static IEnumerable<Diagnostic> NotBuilt(KontraktManifests kontrakt, ResolveValues values, IReadOnlySet<string> built, params IReadOnlyList<string?> repositories)
    {
        foreach (var template in kontrakt.PodTemplates.Where(template => template.Label == KontraktLabel.Target))
            foreach (var container in template.Containers)
                if (ImageReference.TryParse(ManifestResolver.ResolveTokens(container.Image, values), out var image, out _) && image.Digest is null && IsBelow(image, repositories) && !built.Contains(image.ToString()))
                    yield return Ktr.TargetWithoutDigest.At(template.LocateImage(container.Name), image, "nothing here builds it");
    }

    /// <summary>A source, or a name below a repository. In doubt it may.</summary>
    private static bool MayBeOwn(PodContainer container, KontraktSettings settings) => container.Image.Contains("${", StringComparison.Ordinal) || container.Reference is not { } image
        || settings.PinImages || ImagePinner.NamesAService(container.Image) || IsBelow(image, [settings.Repository, settings.PullRepository]);

    private static bool IsBelow(ImageReference? image, IReadOnlyList<string?> repositories) => image is not null && repositories.OfType<string>().Any(repository => RepositoryNames.IsBelow(image.Name, repository));
}
