using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Projects;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Templates.Running;

/// <summary>Remembers what an image was built from, so that nothing is built twice.</summary>
internal sealed class JobStamp(string directory, ImageReference image, string content)
{
    /// <summary>A hash of everything that goes into a build: the context, the steps and their volumes.</summary>
    public static string ContentOf(ImageReference? context, ExpandedTemplate expanded)
    {
        var all = new JsonObject
        {
            ["context"] = context?.Digest?.ToString(),
            ["steps"] = new JsonArray([.. expanded.Steps.Select(step => step.DeepClone())]),
            ["volumes"] = new JsonArray([.. expanded.Volumes.Select(volume => volume.DeepClone())]),
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToJsonString())));
    }

    /// <summary>The image that was built from the same, with the tag that it is to have now; null where there is none any more.</summary>
    public async Task<ImageReference?> FindAsync(RegistryClient registry, SourceLocation? place, CancellationToken cancellationToken)
    {
        if (await ImageStamp.ReadAsync(directory, image.Name, cancellationToken) is not { } stamp || stamp.Content != content || !Digest.TryParse(stamp.Digest, out var digest))
            return null;
        try
        {
            if ((await registry.ResolveAsync(image, cancellationToken))?.Digest == digest)
                return image.WithDigest(digest);
            var found = image.WithTag(null).WithDigest(digest);
            if (await registry.ResolveAsync(found, cancellationToken) is null)
                return null;
            await registry.PutManifestAsync(image, await registry.GetManifestAsync(found, cancellationToken), cancellationToken);
            return image.WithDigest(digest);
        }
        catch (RegistryException error)
        {
            throw new KontraktException([RegistryProblems.Writing(error, image.ToString(), place)], error);
        }
    }

    public Task WriteAsync(ImageReference built, CancellationToken cancellationToken) =>
        new ImageStamp(image.Name, content, "", built.Digest?.ToString() ?? "").WriteAsync(directory, cancellationToken);
}
