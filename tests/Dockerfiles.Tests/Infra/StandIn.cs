using Kontrakt.Images.HostBase;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Kontrakt.Oci.Registry;
using Kontrakt.Tests;

namespace Kontrakt.Dockerfiles.Tests.Infra;

/// <summary>The stand-in executor as an image: its program on a base made from this machine's .NET, pushed once per process.</summary>
internal static class StandIn
{
    private static readonly string[] Files = ["StandInExecutor.dll", "StandInExecutor.runtimeconfig.json", "Kontrakt.Oci.dll"];
    private static readonly Lazy<Task<string>> Pushed = new(PushAsync);

    /// <summary>Its reference by digest.</summary>
    public static Task<string> ImageAsync() => Pushed.Value;

    private static async Task<string> PushAsync()
    {
        var repository = $"{TestImage.Registry}/kontrakt-tests";
        var image = ImageReference.Parse($"{repository}/stand-in-executor:{Guid.NewGuid():N}");
        using var registry = new RegistryClient(new() { InsecureHosts = [TestImage.Registry] });
        var host = await HostBaseImage.EnsureAsync(new() { Repository = repository }, registry, new Lines(), CancellationToken.None);
        var manifest = ImageManifest.Parse(await registry.GetManifestAsync(host, CancellationToken.None));
        var config = await registry.GetConfigAsync(host, manifest, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("kontrakt-stand-in-");
        try
        {
            var entries = Files.Select(name => new LayerEntry.File($"stand-in/{name}", 0x1A4, Path.Combine(AppContext.BaseDirectory, name)));
            var layer = await LayerWriter.WriteAsync([.. entries], Path.Combine(folder.FullName, "layer.tar.gz"), CancellationToken.None);
            var parts = new ImageParts
            {
                Config = config with { User = "0:0", Entrypoint = ["/usr/bin/dotnet", "/stand-in/StandInExecutor.dll"], Command = null, History = null },
                Layers = [.. ImageParts.LayersOf(host, manifest, config), new ImageLayer.OnDisk(layer)],
            };
            return $"{image.Name}@{(await ImagePusher.PushAsync(registry, image, parts, CancellationToken.None)).Manifest.Digest}";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
