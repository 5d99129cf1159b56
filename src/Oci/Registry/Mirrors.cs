using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>Where images of Docker Hub are read before Docker Hub itself is asked.</summary>
internal static class Mirrors
{
    /// <param name="mirrors">host[:port][/path] of each.</param>
    /// <returns>The same image, by each mirror's name; of another registry's images, none.</returns>
    public static IEnumerable<ImageReference> Of(ImageReference image, IReadOnlyList<string> mirrors)
    {
        if (image.Registry != RegistryConnection.DockerHub)
            yield break;
        foreach (var mirror in mirrors)
            if (ImageReference.TryParse($"{mirror.TrimEnd('/')}/{image.Repository}", out var place, out _))
                yield return place.WithTag(image.Tag).WithDigest(image.Digest);
    }
}
