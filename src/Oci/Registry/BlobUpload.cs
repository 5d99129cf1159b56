using System.Globalization;
using System.Net;
using System.Runtime.ExceptionServices;
using Kontrakt.Oci.Model;
using Kontrakt.Oci.Names;

namespace Kontrakt.Oci.Registry;

/// <summary>
/// One blob's upload (distribution-spec, "Pushing Blobs"): in one request, or in chunks; after a lost connection it goes on from what the
/// registry says it has.
/// </summary>
internal sealed class BlobUpload(RegistryConnection connection, RegistryOptions options, string repository, Descriptor blob, string scope)
{
    private readonly string doing = $"uploading blob {blob.Digest} to {repository}";
    private readonly Retry retry = new(options);
    private bool inChunks = blob.Size > options.ChunkSize;
    private long chunkSize = options.ChunkSize;
    private string? location;
    private long offset;
    private long sent;

    private string UploadsPath => $"/v2/{repository}/blobs/uploads/";

    /// <summary>True when the registry took the blob from another of its repositories. A refusal is not a failure: the upload says more.</summary>
    public async Task<bool> MountAsync(string from, CancellationToken cancellationToken)
    {
        var path = $"{UploadsPath}?mount={Uri.EscapeDataString(blob.Digest.ToString())}&from={Uri.EscapeDataString(from)}";
        var request = new RegistryRequest(HttpMethod.Post, path, $"{scope} repository:{from}:pull", $"mounting blob {blob.Digest} from {from} to {repository}")
        {
            Content = _ => new ByteArrayContent([]),
        };
        using var response = await connection.SendAsync(request, retry, cancellationToken);
        retry.MovedOn();
        if (response.StatusCode == HttpStatusCode.Accepted)
            Began(response);
        return response.StatusCode == HttpStatusCode.Created;
    }

    /// <param name="open">Gives the content from its start.</param>
    /// <param name="exists">Does the registry have the blob by now?</param>
    public async Task SendAsync(Func<CancellationToken, Task<Stream>> open, Func<CancellationToken, Task<bool>> exists, CancellationToken cancellationToken)
    {
        await using var source = new UploadSource(open, blob.Size);
        for (var interrupted = false; ;)
        {
            try
            {
                if (interrupted && await IsDoneAfterInterruptionAsync(exists, cancellationToken))
                    return;
                interrupted = false;
                if (location is null)
                    await BeginAsync(cancellationToken);
                using var response = await StepAsync(source, cancellationToken);
                if (response.StatusCode == HttpStatusCode.Created)
                {
                    CheckStored(response);
                    return;
                }
                if (!MovedOn(response))
                {
                    await HandleRefusalAsync(response, cancellationToken);
                    interrupted = true;
                }
            }
            catch (Exception lost) when (source.Failure is not null || RegistryConnection.IsLost(lost, cancellationToken))
            {
                if (source.Failure is { } failure)
                    ExceptionDispatchInfo.Throw(failure);
                await connection.AgainAsync(retry, doing, lost, cancellationToken);
                interrupted = true;
            }
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Post, UploadsPath, scope, doing) { Content = _ => new ByteArrayContent([]) };
        using var response = await connection.SendAsync(request, retry, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Accepted || response.Headers.Location is null)
            throw await connection.FailureAsync(doing, response, cancellationToken);
        Began(response);
    }

    private void Began(HttpResponseMessage response)
    {
        offset = 0;
        Locate(response);
        if (response.Headers.NonValidated.TryGetValues("OCI-Chunk-Min-Length", out var least)
            && long.TryParse(least.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            chunkSize = Math.Max(chunkSize, length);
    }

    /// <summary>Sends everything, the next chunk, or after the last chunk the digest.</summary>
    private Task<HttpResponseMessage> StepAsync(UploadSource source, CancellationToken cancellationToken)
    {
        var at = location ?? throw new InvalidOperationException("the upload was not begun");
        if (inChunks && offset < blob.Size)
        {
            var count = Math.Min(chunkSize, blob.Size - offset);
            sent = Math.Max(sent, offset + count);
            return SendAsync(HttpMethod.Patch, at, source, count, string.Create(CultureInfo.InvariantCulture, $"{offset}-{offset + count - 1}"), cancellationToken);
        }
        var last = at + (at.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "digest=" + Uri.EscapeDataString(blob.Digest.ToString());
        return SendAsync(HttpMethod.Put, last, source, blob.Size - offset, null, cancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, UploadSource source, long count, string? range, CancellationToken cancellationToken)
    {
        var from = offset;
        var request = new RegistryRequest(method, target, scope, doing)
        {
            Content = moved =>
            {
                var content = new UploadContent(source, from, count, moved);
                content.Headers.ContentType = new("application/octet-stream");
                if (range is not null)
                    content.Headers.TryAddWithoutValidation("Content-Range", range);
                return content;
            },
        };
        return connection.SendOnceAsync(request, cancellationToken);
    }

    /// <summary>Takes note of an accepted chunk.</summary>
    private bool MovedOn(HttpResponseMessage response)
    {
        if (!inChunks || response.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.NoContent))
            return false;
        var before = offset;
        offset = Received(response) ?? sent;
        Locate(response);
        if (offset <= before)
            return false;
        retry.MovedOn();
        return true;
    }

    /// <summary>Waits for another try where one makes sense: later, elsewhere (an upload that the registry forgot), or otherwise.</summary>
    private async Task HandleRefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        if (status == HttpStatusCode.NotFound)
            location = null;
        var again = Retry.IsTransient(status) || status is HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable || (inChunks && status is (HttpStatusCode.Accepted or HttpStatusCode.NoContent));
        if (again)
        {
            await connection.AgainAsync(retry, doing, response, cancellationToken);
            return;
        }
        // Some registries take no chunks at all; they say so at the first.
        var takesNoChunks = inChunks && offset == 0 && status is (HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.UnsupportedMediaType);
        if (!takesNoChunks)
            throw await connection.FailureAsync(doing, response, cancellationToken);
        (inChunks, location) = (false, null);
    }

    /// <summary>The last answer may have got lost with the connection; else the registry knows how far it came.</summary>
    private async Task<bool> IsDoneAfterInterruptionAsync(Func<CancellationToken, Task<bool>> exists, CancellationToken cancellationToken)
    {
        if (await exists(cancellationToken))
            return true;
        var at = inChunks ? location : null;
        (location, offset) = (null, 0);
        if (at is null)
            return false;
        using var response = await connection.SendOnceAsync(new(HttpMethod.Get, at, scope, doing), cancellationToken);
        if (response.StatusCode is (HttpStatusCode.NoContent or HttpStatusCode.OK or HttpStatusCode.Accepted) && Received(response) is { } received)
        {
            location = at;
            offset = received;
            Locate(response);
        }
        return false;
    }

    /// <summary>How many bytes "Range: 0-N" says exist. Registries answer "0-0" for none, too.</summary>
    private long? Received(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Range", out var values))
            return null;
        var range = values.ToString();
        var last = range[(range.LastIndexOf('-') + 1)..];
        return long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var end) ? end == 0 ? 0 : Math.Min(end + 1, sent) : null;
    }

    private void Locate(HttpResponseMessage response)
    {
        if (response.Headers.Location is { } place && response.RequestMessage?.RequestUri is { } asked)
            location = new Uri(asked, place).AbsoluteUri;
    }

    private void CheckStored(HttpResponseMessage response)
    {
        if (response.Headers.NonValidated.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.ToString(), out var stored)
            && stored.Algorithm == blob.Digest.Algorithm && stored != blob.Digest)
            throw RegistryErrors.Corrupt(connection.Registry, $"{connection.Registry} stored blob {blob.Digest} as {stored}");
    }
}
