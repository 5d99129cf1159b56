using System.Globalization;
using System.IO.Pipelines;
using Kontrakt.Oci.Names;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Kontrakt.Engine.Registry;

/// <summary>Reading and deleting blobs (distribution-spec, "Pulling blobs", "Deleting Blobs").</summary>
internal sealed class BlobRequests(BlobStore store)
{
    private const int BufferSize = 256 * 1024;

    public async Task ReadAsync(HttpContext context, string reference)
    {
        var digest = Parse(reference);
        await using var file = store.Blobs.Open(digest) ?? throw DistributionException.BlobUnknown(reference);
        var response = context.Response;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = $"\"{digest}\"";
        response.Headers["Docker-Content-Digest"] = digest.ToString();
        var (start, length) = Range(context, digest, file.Length);
        response.ContentType = "application/octet-stream";
        response.ContentLength = length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        file.Position = start;
        await CopyAsync(file, response.BodyWriter, length, context.RequestAborted);
    }

    public Task DeleteAsync(HttpContext context, string reference)
    {
        var digest = Parse(reference);
        if (store.Blobs.Find(digest) is null)
            throw DistributionException.BlobUnknown(reference);
        if (new References(store).Uses(digest) is { } user)
            throw new DistributionException(405, "UNSUPPORTED", $"the blob is part of {user}: delete that first", reference);
        store.Blobs.Delete(digest, DateTimeOffset.MaxValue);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    public static Digest Parse(string reference) => Digest.TryParse(reference, out var digest)
        ? digest
        : throw DistributionException.DigestInvalid("a digest is sha256: and 64, or sha512: and 128, lower-case hex digits", reference);

    /// <summary>One range; several are answered with the whole, as RFC 9110 allows.</summary>
    private static (long Start, long Length) Range(HttpContext context, Digest digest, long size)
    {
        var (request, response) = (context.Request, context.Response);
        var asked = request.Headers.Range.ToString();
        if (HttpMethods.IsHead(request.Method) || !asked.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) || (request.Headers.IfRange.Count > 0 && request.Headers.IfRange.ToString() != $"\"{digest}\""))
            return (0, size);
        var understood = RangeHeaderValue.TryParse(asked, out var header);
        if (header is { Ranges.Count: > 1 })
            return (0, size);
        var range = header?.Ranges.First();
        var from = range?.From ?? Math.Max(0, size - (range?.To ?? 0));
        var to = range?.From is null ? size - 1 : Math.Min(range.To ?? size - 1, size - 1);
        if (!understood || from > to)
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
            throw new DistributionException(416, "SIZE_INVALID", $"the blob has {size} bytes", request.Headers.Range.ToString());
        }
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{size}");
        return (from, to - from + 1);
    }

    /// <summary>Through the server's own buffers, so that memory stays flat however slowly the other side reads.</summary>
    private static async Task CopyAsync(FileStream file, PipeWriter target, long length, CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            var buffer = target.GetMemory(BufferSize);
            var read = await file.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length)], cancellationToken);
            if (read == 0)
                throw new IOException("the blob's file became shorter while it was read");
            target.Advance(read);
            length -= read;
            if ((await target.FlushAsync(cancellationToken)).IsCompleted)
                return;
        }
    }
}
