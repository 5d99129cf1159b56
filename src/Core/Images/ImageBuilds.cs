using Kontrakt.Diagnostics;
using Kontrakt.Images.Builds;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Images.Templates;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images;

/// <summary>How each kind of source becomes an image in the cluster.</summary>
public static class ImageBuilds
{
    /// <summary>Builds, or finds that nothing has changed.</summary>
    /// <param name="image">Registry and repository by this machine's name, and SOURCE_REFERENCE as the tag.</param>
    /// <exception cref="KontraktException">It does not build, or cannot be pushed.</exception>
    public static Task<BuiltImage> RunAsync(ImageSource source, ImageReference image, BuildSite site, CancellationToken cancellationToken) => source switch
    {
        ImageSource.Dockerfile dockerfile => new DockerfileRun(dockerfile, image, site).RunAsync(cancellationToken),
        ImageSource.Template template => TemplateImages.BuildAsync(template, image, site, cancellationToken),
        ImageSource.Document document => TemplateImages.BuildAsync(document, image, site, cancellationToken),
        _ => throw new InvalidOperationException($"{source.Key} is not built in the cluster"),
    };
}

/// <summary>An image that was built, or found unchanged.</summary>
/// <param name="Source">The key of what it was built from, see <see cref="Manifests.Sources.ImageSource.Key"/>: a project's full path, for one.</param>
/// <param name="Reference">Registry, repository, tag and digest: the tag is SOURCE_REFERENCE, the digest what the registry itself reports.</param>
/// <param name="Reused">Nothing had to be built or uploaded.</param>
public sealed record BuiltImage(string Source, ImageReference Reference, bool Reused)
{
    /// <summary>When the SDK took up the compiled project; null where that is not measured here.</summary>
    public DateTimeOffset? Began { get; init; }
    /// <summary>When the registry had the image.</summary>
    public DateTimeOffset? Ended { get; init; }
}
