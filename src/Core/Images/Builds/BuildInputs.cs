using System.Security.Cryptography;
using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Projects;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Builds;

/// <summary>What goes into an image that a pod builds. Such images never reproduce (times), so what goes in is compared.</summary>
/// <param name="image">Registry, repository and the tag SOURCE_REFERENCE.</param>
/// <param name="content">Everything except its base images, a line each.</param>
/// <param name="bases">Those by digest, a line each; null where they are not known: then it is built again.</param>
public sealed class BuildInputs(ImageReference image, IEnumerable<string> content, IReadOnlyList<string>? bases, SourceLocation? location)
{
    private readonly string _content = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', content))));
    private readonly string? _bases = bases is null ? null : string.Join(' ', bases);

    /// <summary>The digest that equal input gave earlier, where the registry still has it; the tag is then put on it where it is missing.</summary>
    /// <exception cref="KontraktException">The registry cannot be reached or refuses.</exception>
    public async Task<Digest?> FindCurrentAsync(BuildSite site, CancellationToken cancellationToken)
    {
        var stamp = await ImageStamp.ReadAsync(Directory(site), image.Name, cancellationToken);
        return stamp is not null && stamp.Content == _content && stamp.Base == _bases && Digest.TryParse(stamp.Digest, out var digest)
            && await CurrentImage.RetagAsync(image, digest, site.Registry, location, cancellationToken) ? digest : null;
    }

    /// <summary>Remembers what was made of this input; nothing where its base images are not known.</summary>
    public void Remember(ImageReference built, BuildSite site)
    {
        if (_bases is not null)
            new ImageStamp(image.Name, _content, _bases, built.Digest.ToString() ?? "").Write(Directory(site));
    }

    private static string Directory(BuildSite site) => Path.Combine(site.Settings.RunsDirectory, "images");
}
