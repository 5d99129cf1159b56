using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;

namespace Kontrakt.Tests;

/// <summary>
/// A shell in an image, for tests on a real cluster: this machine's static busybox as one layer, pushed once per process to the registry that
/// machine and nodes share (KONTRAKT_TEST_REGISTRY, else localhost:5000).
/// </summary>
internal static class TestImage
{
    private const string Busybox = "/bin/busybox";
    private static readonly string[] Applets =
        ["sh", "cat", "date", "echo", "env", "false", "grep", "hostname", "httpd", "kill", "ls", "mkdir", "nc", "printf", "sleep", "seq", "sha256sum", "test", "touch", "tr", "true", "wget", "yes"];
    private static readonly Lazy<Task<string>> Pushed = new(() => PushAsync(Registry));

    public static string Registry => Environment.GetEnvironmentVariable("KONTRAKT_TEST_REGISTRY") is { Length: > 0 } registry ? registry : "localhost:5000";

    /// <summary>The image's reference by digest. Ends the test as inconclusive where busybox (Debian: busybox-static) is absent.</summary>
    public static Task<string> BusyboxAsync()
    {
        RequireBusybox();
        return Pushed.Value;
    }

    /// <summary>The same in another registry.</summary>
    public static async Task<string> BusyboxAsync(string registry)
    {
        using var client = Client(registry);
        return await BusyboxAsync(registry, client);
    }

    /// <param name="client">May push there.</param>
    public static Task<string> BusyboxAsync(string registry, RegistryClient client)
    {
        RequireBusybox();
        return PushAsync(registry, client);
    }

    private static void RequireBusybox()
    {
        if (!File.Exists(Busybox))
            Assert.Inconclusive($"skipped: {Busybox} is absent (package busybox-static)");
    }

    private static RegistryClient Client(string registry) => new(new RegistryOptions { InsecureHosts = [registry] });

    private static async Task<string> PushAsync(string registry)
    {
        using var client = Client(registry);
        return await PushAsync(registry, client);
    }

    private static async Task<string> PushAsync(string registry, RegistryClient client)
    {
        var directory = Directory.CreateTempSubdirectory("kontrakt-test-image-");
        try
        {
            var layer = await LayerWriter.WriteAsync(Entries(), Path.Combine(directory.FullName, "layer.tar.gz"), CancellationToken.None);
            var image = ImageReference.Parse($"{registry}/kontrakt-tests/busybox:1");
            var config = Encoding.UTF8.GetBytes(Config(layer).ToJsonString());
            var configDescriptor = new Descriptor(MediaTypes.OciConfig, Digest.Sha256(config), config.Length);
            await client.PushBlobAsync(image, layer.Descriptor, _ => Task.FromResult<Stream>(File.OpenRead(layer.Path)), null, CancellationToken.None);
            await client.PushBlobAsync(image, configDescriptor, _ => Task.FromResult<Stream>(new MemoryStream(config)), null, CancellationToken.None);
            var manifest = Encoding.UTF8.GetBytes(Manifest(configDescriptor, layer.Descriptor).ToJsonString());
            var pushed = await client.PutManifestAsync(image, new(MediaTypes.OciManifest, manifest), CancellationToken.None);
            return $"{image.Name}@{pushed.Digest}";
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static IEnumerable<LayerEntry> Entries() =>
    [
        new LayerEntry.Folder("bin", Octal(755)),
        new LayerEntry.File("bin/busybox", Octal(755), Busybox),
        .. Applets.Select(applet => new LayerEntry.SymbolicLink($"bin/{applet}", "busybox")),
        new LayerEntry.Content("etc/passwd", Octal(644), "root:x:0:0:root:/:/bin/sh\n"u8.ToArray()),
        new LayerEntry.Folder("tmp", Octal(1777)),
    ];

    private static JsonObject Config(LayerFile layer) => new()
    {
        ["architecture"] = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
        ["os"] = "linux",
        ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/bin"), ["Cmd"] = new JsonArray("sh") },
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(layer.DiffId.ToString()) },
    };

    private static JsonObject Manifest(Descriptor config, Descriptor layer) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.OciManifest,
        ["config"] = Reference(config),
        ["layers"] = new JsonArray(Reference(layer)),
    };

    private static JsonObject Reference(Descriptor descriptor) =>
        new() { ["mediaType"] = descriptor.MediaType, ["digest"] = descriptor.Digest.ToString(), ["size"] = descriptor.Size };

    private static int Octal(int digits) => Convert.ToInt32(digits.ToString(System.Globalization.CultureInfo.InvariantCulture), 8);
}
