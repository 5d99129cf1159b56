using Kontrakt.Oci.Names;

namespace Kontrakt.Images;

/// <summary>An image that was built, or found unchanged.</summary>
/// <param name="Source">The key of what it was built from, see <see cref="ImageSource.Key"/>: a project's full path, for one.</param>
/// <param name="Reference">Registry, repository, tag and digest: the tag is SOURCE_REFERENCE, the digest what the registry itself reports.</param>
/// <param name="Reused">Nothing had to be built or uploaded.</param>
public sealed record BuiltImage(string Source, ImageReference Reference, bool Reused)
{
    /// <summary>When the SDK took up the compiled project; null where that is not measured here.</summary>
    public DateTimeOffset? Began { get; init; }
    /// <summary>When the registry had the image.</summary>
    public DateTimeOffset? Ended { get; init; }
}
