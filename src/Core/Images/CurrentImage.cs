using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images;

/// <summary>An image that was made earlier and is still right.</summary>
internal static class CurrentImage
{
    /// <summary>Whether the registry still has the image; afterwards it also has the tag. Writes a manifest at most.</summary>
    /// <param name="image">With the tag.</param>
    /// <exception cref="KontraktException">The registry cannot be reached or refuses.</exception>
    public static Task<bool> RetagAsync(ImageReference image, Digest digest, RegistryClient registry, SourceLocation? location, CancellationToken cancellationToken) =>
        RegistryProblems.WritingAsync(image.ToString(), location, async () =>
        {
            if ((await registry.ResolveAsync(image, cancellationToken))?.Digest == digest)
                return true;
            var byDigest = image.WithTag(null).WithDigest(digest);
            if (await registry.ResolveAsync(byDigest, cancellationToken) is null)
                return false;
            await registry.PutManifestAsync(image, await registry.GetManifestAsync(byDigest, cancellationToken), cancellationToken);
            return true;
        });
}
