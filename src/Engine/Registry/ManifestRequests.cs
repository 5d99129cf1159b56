using System.Text.Json;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Kontrakt.Engine.Registry;

/// <summary>Reading, writing and deleting manifests and tags (distribution-spec, "Pulling manifests", "Pushing Manifests", "Deleting tags").</summary>
internal sealed class ManifestRequests(BlobStore store)
{
    public async Task ReadAsync(HttpContext context, string repository, string reference)
    {
        CheckReference(reference);
        var (digest, content) = store.FindManifest(repository, reference)
            ?? throw (store.Repositories.Has(repository) ? DistributionException.ManifestUnknown(reference) : DistributionException.NameUnknown(repository));
        var response = context.Response;
        response.ContentType = content.MediaType;
        response.ContentLength = content.Bytes.Length;
        response.Headers.ETag = $"\"{digest}\"";
        response.Headers["Docker-Content-Digest"] = digest.ToString();
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(content.Bytes, context.RequestAborted);
    }

    public async Task PutAsync(HttpContext context, string repository, string reference)
    {
        CheckReference(reference);
        var bytes = await BodyAsync(context);
        var digest = Digest.TryParse(reference, out var named) ? named : Digest.Sha256(bytes);
        if (digest.Same(bytes) != digest)
            throw DistributionException.DigestInvalid($"provided digest did not match uploaded content: it is {digest.Same(bytes)}", reference);
        var content = new ManifestContent(MediaType(context.Request, bytes), bytes);
        var facts = store.PutManifest(repository, digest.ToString() == reference ? null : reference, digest, content);
        store.PruneSoon();
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/v2/{repository}/manifests/{digest}";
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        if (facts.Subject is { } subject)
            context.Response.Headers["OCI-Subject"] = subject.ToString();
    }

    public Task DeleteAsync(HttpContext context, string repository, string reference)
    {
        CheckReference(reference);
        if (!store.DeleteManifest(repository, reference))
            throw store.Repositories.Has(repository) ? DistributionException.ManifestUnknown(reference) : DistributionException.NameUnknown(repository);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    private static void CheckReference(string reference)
    {
        if (reference.Contains(':', StringComparison.Ordinal))
            BlobRequests.Parse(reference);
        else if (!ImageReference.IsValidTag(reference))
            throw DistributionException.TagInvalid(reference);
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > BlobStore.ManifestLimit)
                throw new DistributionException(413, "SIZE_INVALID", $"a manifest has at most {BlobStore.ManifestLimit} bytes");
        }
        return body.ToArray();
    }

    /// <summary>The header's; the manifest's own where the header is missing. They must not contradict each other.</summary>
    private static string MediaType(HttpRequest request, byte[] bytes)
    {
        var declared = MediaTypeHeaderValue.TryParse(request.ContentType, out var header) ? header.MediaType.ToString() : "";
        var own = Own(bytes) ?? declared;
        if (declared.Length > 0 && !declared.Equals(own, StringComparison.OrdinalIgnoreCase))
            throw DistributionException.ManifestInvalid($"the request calls the manifest {declared}, and the manifest calls itself {own}");
        return MediaTypes.IsManifest(own)
            ? own
            : throw DistributionException.ManifestInvalid($"'{own}' is neither an image manifest nor an index of OCI or Docker (schema 2)");
    }

    private static string? Own(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("mediaType", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        }
        catch (JsonException invalid)
        {
            throw DistributionException.ManifestInvalid($"a manifest is JSON, and this is not: {invalid.Message}");
        }
    }
}
