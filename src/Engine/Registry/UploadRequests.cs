using System.Globalization;
using Kontrakt.Oci.Names;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Kontrakt.Engine.Registry;

/// <summary>Pushing blobs (distribution-spec, "Pushing Blobs"): at once, in chunks, or by mounting what another repository has.</summary>
internal sealed class UploadRequests(BlobStore store)
{
    public async Task BeginAsync(HttpContext context, string repository)
    {
        var query = context.Request.Query;
        if (query["mount"].ToString() is { Length: > 0 } mount && Digest.TryParse(mount, out var wanted) && store.Blobs.Find(wanted) is not null)
        {
            Created(context, repository, wanted);
            return;
        }
        var digest = query["digest"].ToString() is { Length: > 0 } text ? BlobRequests.Parse(text) : (Digest?)null;
        var upload = store.Uploads.Begin(repository);
        if (digest is null)
        {
            Progress(context, upload, StatusCodes.Status202Accepted);
            return;
        }
        using var turn = await upload.EnterAsync(context.RequestAborted);
        try
        {
            await TakeAsync(context, upload);
            await FinishAsync(context, upload, digest.Value);
        }
        finally
        {
            store.Uploads.End(upload);
        }
    }

    public async Task StatusAsync(HttpContext context, string repository, string id)
    {
        var upload = store.Uploads.Find(repository, id);
        using var turn = await upload.EnterAsync(context.RequestAborted);
        Progress(context, upload, StatusCodes.Status204NoContent);
    }

    public async Task AppendAsync(HttpContext context, string repository, string id)
    {
        var upload = store.Uploads.Find(repository, id);
        using var turn = await upload.EnterAsync(context.RequestAborted);
        await TakeAsync(context, upload);
        Progress(context, upload, StatusCodes.Status202Accepted);
    }

    public async Task FinishAsync(HttpContext context, string repository, string id)
    {
        var upload = store.Uploads.Find(repository, id);
        var digest = BlobRequests.Parse(context.Request.Query["digest"].ToString());
        using var turn = await upload.EnterAsync(context.RequestAborted);
        await TakeAsync(context, upload);
        try
        {
            await FinishAsync(context, upload, digest);
        }
        finally
        {
            // Right or wrong, these bytes are done with; who was cut off in the middle of sending has not come this far.
            store.Uploads.End(upload);
        }
    }

    public async Task GiveUpAsync(HttpContext context, string repository, string id)
    {
        var upload = store.Uploads.Find(repository, id);
        using var turn = await upload.EnterAsync(context.RequestAborted);
        store.Uploads.End(upload);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task FinishAsync(HttpContext context, IncomingBlob upload, Digest digest)
    {
        await upload.CompleteAsync(digest, context.RequestAborted);
        store.Blobs.Add(digest, upload.Path);
        Created(context, upload.Repository, digest);
    }

    private async Task TakeAsync(HttpContext context, IncomingBlob upload)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
            bodySize.MaxRequestBodySize = null;
        var range = ChunkRange(context.Request);
        if (range is { } chunk && chunk.Start != upload.Offset)
        {
            Progress(context, upload, StatusCodes.Status416RangeNotSatisfiable);
            throw DistributionException.Misplaced(upload.Offset);
        }
        var length = range is null ? long.MaxValue : range.Value.Length;
        var before = upload.Offset;
        try
        {
            await upload.AppendAsync(context.Request.Body, length, context.RequestAborted);
        }
        catch (IOException full) when (DiskReserve.IsFull(full))
        {
            // Its bytes are what the disk lacks, and no further request can bring it to an end.
            store.Uploads.End(upload);
            throw;
        }
        if (range is not null && upload.Offset - before != length)
            throw DistributionException.SizeInvalid($"the chunk was to have {length} bytes and had {upload.Offset - before}");
    }

    private static (long Start, long Length)? ChunkRange(HttpRequest request)
    {
        var text = request.Headers.ContentRange.ToString();
        if (text.Length == 0)
            return null;
        // "START-END"; HTTP's own "bytes START-END/SIZE" is accepted, too.
        var plain = text.StartsWith("bytes ", StringComparison.Ordinal) ? text[6..] : text;
        var ends = plain.Split('/')[0].Split('-');
        if (ends.Length != 2 || !Number(ends[0], out var start) || !Number(ends[1], out var end) || end < start)
            throw new DistributionException(400, "BLOB_UPLOAD_INVALID", "Content-Range of a chunk is START-END, both inclusive", text);
        var length = end - start + 1;
        if (request.ContentLength is { } body && body != length)
            throw DistributionException.SizeInvalid($"Content-Range speaks of {length} bytes, and the body has {body}");
        return (start, length);
    }

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static void Created(HttpContext context, string repository, Digest digest)
    {
        context.Response.Headers.Location = $"/v2/{repository}/blobs/{digest}";
        context.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static void Progress(HttpContext context, IncomingBlob upload, int status)
    {
        var headers = context.Response.Headers;
        headers.Location = $"/v2/{upload.Repository}/blobs/uploads/{upload.Id}";
        // For none, "0-0" is what clients know.
        headers.Range = string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, upload.Offset - 1)}");
        headers["Docker-Upload-UUID"] = upload.Id;
        context.Response.StatusCode = status;
    }
}
