using Kontrakt.Oci.Names;

namespace Kontrakt.Images;

/// <summary>An image that was built from a project, or found unchanged.</summary>
/// <param name="ProjectFile">Full path.</param>
/// <param name="Reference">Registry, repository, tag and digest: the tag is SOURCE_REFERENCE, the digest what the registry itself reports.</param>
/// <param name="Reused">Nothing had to be built or uploaded.</param>
public sealed record BuiltImage(string ProjectFile, ImageReference Reference, bool Reused);
