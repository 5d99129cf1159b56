using Kontrakt.Engine.Registry;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Pods;

/// <summary>This machine's static busybox as images, put into a store as if they had been pushed.</summary>
internal static class BusyboxImages
{
    private const string Busybox = "/bin/busybox";
    private static readonly string[] Applets =
    [
        "sh", "awk", "cat", "chmod", "cut", "date", "dd", "df", "echo", "env", "false", "grep", "head", "hostname", "httpd", "id", "kill", "ln", "ls", "mkdir", "mount", "nc", "printf", "ps", "pwd", "readlink",
        "rm", "seq", "sleep", "sort", "stat", "tail", "test", "touch", "tr", "true", "wc", "wget", "yes",
    ];

    /// <summary>Ends the test as inconclusive where busybox (Debian: busybox-static) is absent.</summary>
    public static async Task<LayerFile> LayerAsync(string directory)
    {
        if (!File.Exists(Busybox))
            Assert.Inconclusive($"skipped: {Busybox} is absent (package busybox-static)");
        return await LayerWriter.WriteAsync(Entries(), Path.Combine(directory, "layer.tar.gz"), CancellationToken.None);
    }

    /// <param name="change">Of the image's config: its user, entry point and so on.</param>
    public static void Put(BlobStore store, LayerFile layer, string repository, Func<ImageConfig, ImageConfig> change)
    {
        var config = change(new()
        {
            Os = "linux",
            Architecture = Images.ImageBuilder.Architecture,
            Environment = ["PATH=/bin"],
            Command = ["sh"],
            DiffIds = [layer.DiffId],
        }).ToBytes();
        var descriptor = new Descriptor(MediaTypes.OciConfig, Digest.Sha256(config), config.Length);
        Add(store, descriptor.Digest, config);
        Add(store, layer.Descriptor.Digest, File.ReadAllBytes(layer.Path));
        var manifest = new ImageManifest { Config = descriptor, Layers = [layer.Descriptor] }.ToContent();
        store.PutManifest(repository, "1", Digest.Sha256(manifest.Bytes.Span), manifest);
    }

    private static void Add(BlobStore store, Digest digest, byte[] content)
    {
        var file = store.Uploads.NewFile();
        File.WriteAllBytes(file, content);
        store.Blobs.Add(digest, file);
    }

    private static IEnumerable<LayerEntry> Entries() =>
    [
        new LayerEntry.Folder("bin", Octal(755)),
        new LayerEntry.File("bin/busybox", Octal(755), Busybox),
        .. Applets.Select(applet => new LayerEntry.SymbolicLink($"bin/{applet}", "busybox")),
        new LayerEntry.Content("etc/passwd", Octal(644), "root:x:0:0:root:/root:/bin/sh\napp:x:1654:1654:app:/home/app:/bin/sh\n"u8.ToArray()),
        new LayerEntry.Content("etc/group", Octal(644), "root:x:0:\napp:x:1654:\nextra:x:77:app\n"u8.ToArray()),
        new LayerEntry.Folder("tmp", Octal(1777)),
    ];

    private static int Octal(int digits) => Convert.ToInt32(digits.ToString(System.Globalization.CultureInfo.InvariantCulture), 8);
}
