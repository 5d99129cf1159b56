using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Images.Push;
using Kontrakt.Manifests;
using Kontrakt.Oci.Names;
using Kontrakt.Settings;

namespace Kontrakt.Runs;

/// <summary>
/// The images of pods labelled target. They are the run's own: another's init container or sidecar beside one of these is not pushed, and so needs no
/// digest. Where a pod has none of the run's own, all of its images are targets.
/// </summary>
internal static class TargetImages
{
    /// <param name="resolved">Where a reference ends is known of the resolved manifest only, not of its source.</param>
    public static IEnumerable<TargetImage> Of(KontraktManifests resolved, RunRecord run) =>
        from template in resolved.PodTemplates
        where template.Label == KontraktLabel.Target
        let containers = template.Containers
        let hasOwn = containers.Any(container => IsOwn(container.Image, run))
        from container in containers
        where !hasOwn || IsOwn(container.Image, run) || HasDigest(container.Image)
        select new TargetImage(container.Image, template.LocateImage(container.Name) with { EndLine = 0, EndColumn = 0 });

    /// <summary>Before anything is built: targets of pods of which nothing can be built here, and that have no digest either.</summary>
    public static IEnumerable<Diagnostic> Foreign(KontraktManifests kontrakt, KontraktSettings settings)
    {
        foreach (var template in kontrakt.PodTemplates.Where(template => template.Label == KontraktLabel.Target && !template.Containers.Any(container => MayBeOwn(container.Image, settings))))
            foreach (var container in template.Containers.Where(container => ImageReference.TryParse(container.Image, out var image, out _) && image.Digest is null))
                yield return Ktr.TargetWithoutDigest.At(template.LocateImage(container.Name), container.Image, "nothing here builds it");
    }

    private static bool IsOwn(string text, RunRecord run) => ImageReference.TryParse(text, out var image, out _)
        && new[] { run.Repository, run.PullRepository }.OfType<string>().Any(repository => RepositoryNames.IsBelow(image.Name, repository));

    private static bool HasDigest(string text) => ImageReference.TryParse(text, out var image, out _) && image.Digest is not null;

    /// <summary>A source, or a name below a repository. In doubt it may.</summary>
    private static bool MayBeOwn(string text, KontraktSettings settings) => text.Contains("${", StringComparison.Ordinal) || !ImageReference.TryParse(text, out var image, out _)
        || settings.PinImages || ImagePinner.NamesAService(text)
        || new[] { settings.Repository, settings.PullRepository }.OfType<string>().Any(repository => RepositoryNames.IsBelow(image.Name, repository));
}
