using System.Security.Cryptography;
using System.Text;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Dockerfiles;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Images.Templates.Sources;

/// <summary>Reads a template's folder out of an image: the one that the image's label names, as Dispatch's base images have it.</summary>
internal static class ImageTemplateFolder
{
    public const string ImageLabel = "io.dispatchframework.image.template";
    public const string FunctionLabel = "io.dispatchframework.function.template";

    /// <summary>A folder of this machine with the files. Kept by the image's digest, so that it is read once.</summary>
    /// <param name="directory">Where such folders are kept.</param>
    /// <exception cref="KontraktException">No such image, no such label, no such folder.</exception>
    public static async Task<string> ReadAsync(TemplateSource.Image source, string directory, RegistryClient registry, IRunLog log, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(source.Reference, out var image, out var problem))
            throw Ktr.InvalidImage.Error(source.Location, source.Reference, problem);
        try
        {
            var content = await PlatformManifestAsync(image, registry, cancellationToken);
            var manifest = ImageManifest.Parse(content);
            var folder = source.Path ?? Labelled(source, (await registry.GetConfigAsync(image, manifest, cancellationToken)).Labels);
            var kept = Path.Combine(directory, $"{content.Digest.Hex[..16]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..8]}");
            if (!Directory.Exists(kept))
            {
                log.Report(new RunEvent.Progress($"reading {folder} of {source.Reference}"));
                await CopyAsync(registry, image, manifest, folder, kept, cancellationToken);
            }
            return kept;
        }
        catch (RegistryException error)
        {
            throw new KontraktException([RegistryProblems.Reading(error, source.Reference, source.Location)], error);
        }
        catch (FormatException wrong)
        {
            throw Ktr.ImageFolderUnavailable.Error(wrong, source.Location, source.Reference, wrong.Message);
        }
    }

    private static async Task CopyAsync(RegistryClient registry, ImageReference image, ImageManifest manifest, string folder, string kept, CancellationToken cancellationToken)
    {
        // Whole or not there, whoever else reads the same image now.
        var unfinished = $"{kept}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(unfinished);
        try
        {
            await ImageFolder.CopyAsync(registry, image, manifest, folder, unfinished, cancellationToken);
            Directory.Move(unfinished, kept);
        }
        catch (IOException) when (Directory.Exists(kept))
        {
            // Another was faster; what it read is the same.
        }
        finally
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }
    }

    private static string Labelled(TemplateSource.Image source, IReadOnlyDictionary<string, string>? labels) =>
        source.Labels.Select(label => labels?.GetValueOrDefault(label)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value))
        ?? throw new FormatException($"it has no label {string.Join(" or ", source.Labels)} that names a folder with a Dockerfile. Bring a Dockerfile with the sources, or name another image");

    /// <summary>The manifest for this machine's processor.</summary>
    private static async Task<ManifestContent> PlatformManifestAsync(ImageReference image, RegistryClient registry, CancellationToken cancellationToken)
    {
        var content = await registry.GetManifestAsync(image, cancellationToken);
        if (!content.IsIndex)
            return content;
        var platform = PlatformArguments.Parse(null);
        var chosen = ImageIndex.Parse(content).Find(platform) ?? throw new FormatException($"it has nothing for {platform.Os}/{platform.Architecture}");
        return await registry.GetManifestAsync(image.WithTag(null).WithDigest(chosen.Digest), cancellationToken);
    }
}
