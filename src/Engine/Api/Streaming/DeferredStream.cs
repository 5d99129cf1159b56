namespace Kontrakt.Engine.Api.Streaming;

/// <summary>A stream that is yet to come: who reads or writes waits for it.</summary>
internal sealed class DeferredStream(Task<Stream> coming) : DuplexStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await (await coming.WaitAsync(cancellationToken)).ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await (await coming.WaitAsync(cancellationToken)).WriteAsync(buffer, cancellationToken);
}
