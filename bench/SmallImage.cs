using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Bench;

/// <summary>Images made here: this machine's static busybox, or so many bytes that do not compress.</summary>
internal static class SmallImage
{
    private const string Busybox = "/bin/busybox";
    private static readonly int Executable = Convert.ToInt32("755", 8);

    /// <summary>A static `true`, in the registry of the tests; its reference.</summary>
    public static async Task<string> PushAsync()
    {
        var image = ImageReference.Parse($"{Setting.Registry}/busybox:1");
        using var client = Client();
        await PushAsync(client, image, [new LayerEntry.File("bin/busybox", Executable, Busybox), new LayerEntry.SymbolicLink("bin/true", "busybox")]);
        return image.ToString();
    }

    /// <summary>An image of one layer with so many random bytes.</summary>
    public static async Task<ImageParts> LargeAsync(string folder, long bytes)
    {
        var content = Path.Combine(folder, "content");
        await using (var file = File.Create(content))
        {
            var block = new byte[1 << 20];
            for (var written = 0L; written < bytes; written += block.Length)
            {
                RandomNumberGenerator.Fill(block);
                await file.WriteAsync(block);
            }
        }
        return await PartsAsync([new LayerEntry.File("content", Convert.ToInt32("644", 8), content)], Path.Combine(folder, "layer.tar.gz"));
    }

    public static RegistryClient Client() => new(new RegistryOptions());

    private static async Task PushAsync(RegistryClient client, ImageReference image, IReadOnlyList<LayerEntry> entries)
    {
        var folder = Setting.Temporary();
        try
        {
            await ImagePusher.PushAsync(client, image, await PartsAsync(entries, Path.Combine(folder, "layer.tar.gz")), CancellationToken.None);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ImageParts> PartsAsync(IReadOnlyList<LayerEntry> entries, string path) => new()
    {
        Config = new() { Os = "linux", Architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64", Environment = ["PATH=/bin"] },
        Layers = [new ImageLayer.OnDisk(await LayerWriter.WriteAsync(entries, path, MediaTypes.OciLayerGzip, CompressionLevel.Fastest, CancellationToken.None))],
    };
}
