using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api.Requests;

/// <summary>Reads bodies, never more than the limit of etcd's requests that Kubernetes has, too.</summary>
internal static class RequestBody
{
    public const int Limit = 3 * 1024 * 1024;

    /// <exception cref="StatusException">413: it is longer. What is left of it is not read, and the connection closes.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Limit)
            throw TooLarge(request);
        var buffer = new MemoryStream((int)(request.ContentLength ?? 0));
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > Limit)
                throw TooLarge(request);
            buffer.Write(chunk, 0, read);
        }
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>The media type of the body without parameters; JSON where none is named.</summary>
    public static string MediaType(HttpRequest request)
    {
        var type = request.ContentType ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        type = (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
        return type.Length == 0 ? "application/json" : type;
    }

    private static StatusException TooLarge(HttpRequest request)
    {
        request.HttpContext.Response.Headers.Connection = "close";
        return new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}");
    }
}
