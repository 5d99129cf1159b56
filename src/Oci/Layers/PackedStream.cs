namespace Kontrakt.Oci.Layers;

/// <summary>A layer as it is stored: counts what is read, and lets its first bytes, which say how it is packed, be looked at before. Leaves the stream below open.</summary>
public sealed class PackedStream(Stream below) : ForwardStream
{
    private ReadOnlyMemory<byte> peeked;

    /// <summary>Bytes that were read.</summary>
    public long Count { get; private set; }
    public override long Position { get => Count; set => throw new NotSupportedException(); }

    /// <summary>The first bytes, fewer only where there are no more; they are read again afterwards.</summary>
    public async Task<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        var buffer = new byte[count];
        var read = await below.ReadAtLeastAsync(buffer, count, throwOnEndOfStream: false, cancellationToken);
        return peeked = buffer.AsMemory(0, read);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Math.Min(peeked.Length, buffer.Length);
        if (read > 0)
        {
            peeked[..read].CopyTo(buffer);
            peeked = peeked[read..];
        }
        else
            read = await below.ReadAsync(buffer, cancellationToken);
        Count += read;
        return read;
    }
}
