using System.Text;
using System.Text.Json;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>Which images were pulled, by the reference they were pulled by: a small file for each.</summary>
internal sealed class ImageRecords
{
    private readonly string directory;

    public ImageRecords(string directory) => this.directory = Directory.CreateDirectory(Path.Combine(directory, "images")).FullName;

    /// <summary>Null when it was not pulled, or by another version of the engine that wrote otherwise.</summary>
    public ImageRecord? Find(ImageReference image) => Read(PathOf(image));

    private static ImageRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path)) is { } stored && ImageReference.TryParse(stored.Reference, out var reference, out _) && Digest.TryParse(stored.Manifest, out var manifest)
                ? new(reference, manifest, ImageConfig.Parse(stored.Config))
                : null;
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or JsonException or FormatException)
        {
            return null;
        }
    }

    public void Add(ImageReference image, ImageRecord record)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new Stored(Key(image), record.Reference.ToString(), record.Manifest.ToString(), record.Config.ToBytes()));
        var file = Path.Combine(directory, $"{Guid.NewGuid():N}.new");
        try
        {
            File.WriteAllBytes(file, bytes);
            File.Move(file, PathOf(image), overwrite: true);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Deletes the records of images that some layer is missing of.</summary>
    public void DropIncomplete(Func<Digest, bool> hasLayer)
    {
        foreach (var file in Directory.GetFiles(directory, "*.json"))
        {
            if (Read(file) is not { } record || !record.Config.DiffIds.All(hasLayer))
                File.Delete(file);
        }
    }

    private string PathOf(ImageReference image) => Path.Combine(directory, $"{Digest.Sha256(Encoding.UTF8.GetBytes(Key(image))).Hex}.json");

    /// <summary>With a digest, a tag says nothing more.</summary>
    private static string Key(ImageReference image) => image.Digest is null ? image.WithTag(image.Tag ?? "latest").ToString() : image.WithTag(null).ToString();

    private sealed record Stored(string Image, string Reference, string Manifest, byte[] Config);
}

/// <param name="Manifest">Digest of the manifest for this machine.</param>
internal sealed record ImageRecord(ImageReference Reference, Digest Manifest, ImageConfig Config);
