using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.HostBase;

/// <summary>The image's configuration and manifest (OCI image-spec 1.1, config.md and manifest.md). Without a time, so equal layers give an equal image.</summary>
internal static class HostBaseDocuments
{
    public static byte[] Config(HostRuntime runtime, IReadOnlyList<(HostBaseLayer Layer, LayerFile File)> layers)
    {
        var environment = new List<string>
        {
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "APP_UID=1654",
            "ASPNETCORE_HTTP_PORTS=8080",
            "DOTNET_RUNNING_IN_CONTAINER=true",
            // No ICU inside: it is larger than the rest together.
            "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
            // There is one runtime: programs for an older one run on it.
            "DOTNET_ROLL_FORWARD=Major",
            $"DOTNET_VERSION={runtime.Version}",
        };
        if (runtime.AspNetVersion is { } aspNet)
            environment.Add($"ASPNET_VERSION={aspNet}");
        if (HostBaseLayers.Certificates is not null)
            environment.Add($"SSL_CERT_FILE={HostBaseLayers.CertificatesInImage}");
        return Bytes(new JsonObject
        {
            ["architecture"] = HostRuntime.Architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject { ["User"] = "1654", ["Env"] = Strings(environment), ["WorkingDir"] = "/" },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Strings(layers.Select(layer => layer.File.DiffId.ToString())) },
            ["history"] = new JsonArray([.. layers.Select(layer => new JsonObject { ["created_by"] = $"kontrakt: {layer.Layer.Name}" })]),
        });
    }

    public static ManifestContent Manifest(Descriptor config, IReadOnlyList<(HostBaseLayer Layer, LayerFile File)> layers) => new(MediaTypes.OciManifest, Bytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.OciManifest,
        ["config"] = Reference(config),
        ["layers"] = new JsonArray([.. layers.Select(layer => Reference(layer.File.Descriptor))]),
    }));

    public static Descriptor ConfigDescriptor(byte[] config) => new(MediaTypes.OciConfig, Digest.Sha256(config), config.Length);

    private static JsonObject Reference(Descriptor descriptor) =>
        new() { ["mediaType"] = descriptor.MediaType, ["digest"] = descriptor.Digest.ToString(), ["size"] = descriptor.Size };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static byte[] Bytes(JsonObject document) => JsonSerializer.SerializeToUtf8Bytes(document);
}
