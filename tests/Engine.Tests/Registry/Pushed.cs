using System.Net.Http.Headers;
using System.Text;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Engine.Tests.Registry;

/// <summary>Content brought to a registry by plain HTTP, as the specification has it.</summary>
internal static class Pushed
{
    public static async Task<Descriptor> BlobAsync(RegistryHost registry, string repository, byte[] content, string mediaType = "application/octet-stream")
    {
        var digest = Digest.Sha256(content);
        using var response = await registry.Http.PostAsync($"/v2/{repository}/blobs/uploads/?digest={digest}", new ByteArrayContent(content));
        Assert.AreEqual(201, (int)response.StatusCode, await response.Content.ReadAsStringAsync());
        return new(mediaType, digest, content.Length);
    }

    public static Task<Descriptor> BlobAsync(RegistryHost registry, string repository, string content) => BlobAsync(registry, repository, Encoding.UTF8.GetBytes(content));

    public static Task<HttpResponseMessage> PutAsync(RegistryHost registry, string repository, string reference, ManifestContent manifest) =>
        registry.Http.PutAsync($"/v2/{repository}/manifests/{reference}", new ReadOnlyMemoryContent(manifest.Bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(manifest.MediaType) } });

    public static async Task<ManifestContent> ManifestAsync(RegistryHost registry, string repository, string reference, ManifestContent manifest)
    {
        using var response = await PutAsync(registry, repository, reference == "" ? manifest.Digest.ToString() : reference, manifest);
        Assert.AreEqual(201, (int)response.StatusCode, await response.Content.ReadAsStringAsync());
        return manifest;
    }

    /// <summary>An image of one layer with the given content.</summary>
    /// <param name="reference">Empty for none but its digest.</param>
    public static async Task<ManifestContent> ImageAsync(RegistryHost registry, string repository, string reference, string layer, Descriptor? subject = null, string? artifactType = null) =>
        await ManifestAsync(registry, repository, reference, new ImageManifest
        {
            Config = (await BlobAsync(registry, repository, "{}")) with { MediaType = MediaTypes.OciConfig },
            Layers = [await BlobAsync(registry, repository, layer)],
            Subject = subject,
            ArtifactType = artifactType,
        }.ToContent());

    public static async Task<bool> HasAsync(RegistryHost registry, string path)
    {
        using var response = await registry.Http.SendAsync(new(HttpMethod.Head, path));
        return response.IsSuccessStatusCode;
    }

    /// <summary>Status and the code of the error.</summary>
    public static async Task<string> RefusalAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        using var json = System.Text.Json.JsonDocument.Parse(body);
        return $"{(int)response.StatusCode} {json.RootElement.GetProperty("errors")[0].GetProperty("code").GetString()}";
    }
}
