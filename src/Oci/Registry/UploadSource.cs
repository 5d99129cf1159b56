using System.Buffers;
using System.Net;

namespace Kontrakt.Oci.Registry;

/// <summary>The content of an upload, read from any place of it: by seeking where the stream can, else by opening it again and skipping.</summary>
internal sealed class UploadSource(Func<CancellationToken, Task<Stream>> open, long size) : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;

    private Stream? stream;
    private long position;

    /// <summary>What reading failed of: the upload cannot go on, however well the registry answers.</summary>
    public Exception? Failure { get; private set; }

    public async Task CopyAsync(Stream target, long offset, long count, Action moved, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await SeekAsync(offset, buffer, moved, cancellationToken);
            for (var left = count; left > 0;)
            {
                var read = await ReadAsync(buffer, left, cancellationToken);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                moved();
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stream is not null)
            await stream.DisposeAsync();
        stream = null;
    }

    private async Task SeekAsync(long offset, byte[] buffer, Action moved, CancellationToken cancellationToken)
    {
        if (stream is { CanSeek: false } && offset < position)
            await DisposeAsync();
        if (stream is null)
            (stream, position) = (await GuardAsync(() => open(cancellationToken), cancellationToken), 0);
        if (stream.CanSeek && offset != position)
            position = stream.Seek(offset, SeekOrigin.Begin);
        while (position < offset)
        {
            await ReadAsync(buffer, offset - position, cancellationToken);
            moved();
        }
    }

    private async Task<int> ReadAsync(byte[] buffer, long limit, CancellationToken cancellationToken)
    {
        var source = stream ?? throw new InvalidOperationException("the source was not opened");
        var read = await GuardAsync(async () => await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferSize, limit)), cancellationToken), cancellationToken);
        if (read == 0)
            throw Failure = new IOException($"the content ended after {position} of {size} bytes: it changed since it was measured");
        position += read;
        return read;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Failure = failure;
            throw;
        }
    }
}

/// <summary>A part of an upload's content as the body of one request.</summary>
internal sealed class UploadContent(UploadSource source, long offset, long count, Action moved) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        source.CopyAsync(stream, offset, count, moved, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = count;
        return true;
    }
}
