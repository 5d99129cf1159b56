using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Projects;

/// <summary>What an image was made from, and the digest it got: one file for each repository a project was pushed to.</summary>
internal sealed partial record ImageStamp(string Name, string Content, string Base, string Digest)
{
    /// <summary>The stamp of a repository; null where there is none that can be read: then the image is made again.</summary>
    public static async Task<ImageStamp?> ReadAsync(string directory, string name, CancellationToken cancellationToken)
    {
        var path = FilePath(directory, name);
        if (!File.Exists(path))
            return null;
        try
        {
            await using var stream = File.OpenRead(path);
            var stamp = await JsonSerializer.DeserializeAsync(stream, StampJson.Default.ImageStamp, cancellationToken);
            return stamp?.Name == name ? stamp : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Remembers it. Builds at the same time do not meet.</summary>
    public void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        WholeFile.Write(FilePath(directory, Name), JsonSerializer.SerializeToUtf8Bytes(this, StampJson.Default.ImageStamp));
    }

    private static string FilePath(string directory, string name) =>
        Path.Combine(directory, $"image-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]}.json");

    [JsonSerializable(typeof(ImageStamp))]
    [JsonSourceGenerationOptions(WriteIndented = true)]
    private sealed partial class StampJson : JsonSerializerContext;
}
