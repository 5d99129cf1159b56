using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Kontrakt.Oci.Layers;
using Kontrakt.Oci.Model;

namespace Kontrakt.Oci.Registry;

/// <summary>A blob as it arrives: counted, hashed, and asked for again from where the connection was lost.</summary>
internal sealed class BlobStream(RegistryConnection connection, RegistryRequest request, Descriptor blob, RegistryOptions options) : ForwardStream
{
    private readonly IncrementalHash hash = blob.Digest.StartHash();
    private readonly Retry retry = new(options);
    private HttpResponseMessage? response;
    private Stream? body;
    private long position;
    private bool verified;

    public override long Length => blob.Size;
    public override long Position { get => position; set => throw new NotSupportedException(); }

    /// <summary>Asks for the blob from the current position on.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var asked = position == 0 ? request : request with { Headers = [new("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={position}-"))] };
        response = await connection.SendAsync(asked, retry, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            throw await connection.FailureAsync(request.Doing, response, cancellationToken);
        var start = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From ?? position : 0;
        if (start > position)
            throw RegistryErrors.Corrupt(connection.Registry, $"{connection.Registry} was asked for blob {blob.Digest} from byte {position} on and sent it from byte {start}");
        if (start == 0 && response.Content.Headers.ContentLength is { } length && length != blob.Size)
            throw RegistryErrors.Corrupt(connection.Registry, $"{connection.Registry} has {length} bytes for blob {blob.Digest} in place of {blob.Size}");
        body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await SkipAsync(position - start, cancellationToken);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0 || verified)
            return 0;
        while (true)
        {
            try
            {
                if (body is null)
                    await OpenAsync(cancellationToken);
                var read = await ReadBodyAsync(buffer, cancellationToken);
                if (read == 0 && position < blob.Size)
                    throw new IOException($"the connection ended after {position} of {blob.Size} bytes");
                Take(buffer.Span[..read]);
                return read;
            }
            catch (Exception lost) when (RegistryConnection.IsLost(lost, cancellationToken))
            {
                HangUp();
                await connection.AgainAsync(retry, request.Doing, lost, cancellationToken);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            HangUp();
            hash.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        position += bytes.Length;
        if (position > blob.Size)
            throw RegistryErrors.Corrupt(connection.Registry, $"{connection.Registry} sent more than the {blob.Size} bytes of blob {blob.Digest}");
        if (bytes.Length > 0)
        {
            hash.AppendData(bytes);
            retry.MovedOn();
        }
        if (position < blob.Size)
            return;
        // Checked with the last byte, not after it: a reader that counts never asks for the end.
        verified = blob.Digest.Matches(hash.GetHashAndReset());
        if (!verified)
            throw RegistryErrors.Corrupt(connection.Registry, $"{connection.Registry} sent {blob.Size} bytes for blob {blob.Digest} that are not it");
    }

    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[81920];
        while (count > 0)
        {
            var read = await ReadBodyAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken);
            if (read == 0)
                throw new IOException("the connection ended before the place to resume from");
            count -= read;
        }
    }

    private async Task<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (body is null)
            return 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AnswerTimeout);
        return await body.ReadAsync(buffer, limit.Token);
    }

    private void HangUp()
    {
        body?.Dispose();
        response?.Dispose();
        (body, response) = (null, null);
    }
}
