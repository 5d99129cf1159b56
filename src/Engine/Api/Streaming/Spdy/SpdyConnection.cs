using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Kontrakt.Engine.Api.Streaming.Spdy;

/// <summary>
/// The server's side of SPDY/3.1 as kubectl speaks it: the client opens streams, each is accepted, and bytes go both ways. There is no flow
/// control but that of TCP, on the other side neither.
/// </summary>
internal sealed class SpdyConnection(Stream transport) : IDisposable
{
    private const int MostStreams = 1000;
    private const int LongestControl = 64 * 1024;
    private const int LongestData = 32 * 1024;
    private const ushort SynStream = 1, SynReply = 2, Reset = 3, Ping = 6, Headers = 8;
    private const byte Fin = 1;

    private readonly SpdyHeaderReader headers = new();
    private readonly ConcurrentDictionary<int, SpdyStream> streams = new();
    private readonly SemaphoreSlim writing = new(1);
    private bool hasReplied;

    /// <summary>Reads until the client is gone.</summary>
    /// <param name="accept">Called for each stream that the client opens; must not wait.</param>
    /// <exception cref="InvalidDataException">What comes is not SPDY.</exception>
    public async Task RunAsync(Action<SpdyStream> accept, CancellationToken cancellationToken)
    {
        var head = new byte[8];
        try
        {
            while (await transport.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == head.Length)
            {
                var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) & 0xffffff;
                if ((head[0] & 0x80) == 0)
                    await TakeDataAsync(BinaryPrimitives.ReadInt32BigEndian(head), length, (head[4] & Fin) != 0, cancellationToken);
                else
                    await TakeControlAsync(BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)), head[4], length, accept, cancellationToken);
            }
        }
        catch (EndOfStreamException)
        {
            // Gone within a frame.
        }
        finally
        {
            foreach (var stream in streams.Values)
                await stream.EndInputAsync();
        }
    }

    public void Dispose()
    {
        headers.Dispose();
        writing.Dispose();
    }

    internal async ValueTask WriteDataAsync(int stream, ReadOnlyMemory<byte> content, bool fin, CancellationToken cancellationToken)
    {
        do
        {
            var part = content[..Math.Min(content.Length, LongestData)];
            content = content[part.Length..];
            var head = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(head, stream);
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), part.Length);
            head[4] = fin && content.Length == 0 ? Fin : (byte)0;
            await WriteAsync(head, part, cancellationToken);
        }
        while (content.Length > 0);
    }

    private async Task TakeDataAsync(int id, int length, bool fin, CancellationToken cancellationToken)
    {
        streams.TryGetValue(id, out var stream);
        var buffer = ArrayPool<byte>.Shared.Rent(LongestData);
        try
        {
            while (length > 0)
            {
                var part = buffer.AsMemory(0, Math.Min(length, LongestData));
                await transport.ReadExactlyAsync(part, cancellationToken);
                length -= part.Length;
                if (stream is not null)
                    await stream.TakeAsync(part, cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (fin && stream is not null)
            await stream.EndInputAsync();
    }

    private async Task TakeControlAsync(ushort type, byte flags, int length, Action<SpdyStream> accept, CancellationToken cancellationToken)
    {
        if (length > LongestControl)
            throw new InvalidDataException("a control frame is too long");
        var payload = new byte[length];
        await transport.ReadExactlyAsync(payload, cancellationToken);
        if (type == SynStream && length >= 10)
            await OpenAsync(payload, (flags & Fin) != 0, accept, cancellationToken);
        else if (type == Headers && length >= 4)
            headers.Read(payload.AsSpan(4)); // Of no interest, but part of the compressed stream.
        else if (type == Ping)
            await WriteAsync(Control(Ping, payload), default, cancellationToken);
        else if (type == Reset && length >= 8 && streams.TryRemove(BinaryPrimitives.ReadInt32BigEndian(payload), out var stream))
            await stream.EndInputAsync();
    }

    private async Task OpenAsync(byte[] payload, bool fin, Action<SpdyStream> accept, CancellationToken cancellationToken)
    {
        var id = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        var stream = new SpdyStream(this, id, headers.Read(payload.AsSpan(10)));
        if (streams.Count >= MostStreams || !streams.TryAdd(id, stream))
            throw new InvalidDataException("there are too many streams, or two of one number");
        var block = SpdyHeaders.Empty(first: !hasReplied);
        hasReplied = true;
        await WriteAsync(Control(SynReply, [.. payload.AsSpan(0, 4), .. block]), default, cancellationToken);
        if (fin)
            await stream.EndInputAsync();
        accept(stream);
    }

    internal void Forget(int id) => streams.TryRemove(id, out _);

    private async ValueTask WriteAsync(byte[] head, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await transport.WriteAsync(head, cancellationToken);
            if (content.Length > 0)
                await transport.WriteAsync(content, cancellationToken);
            await transport.FlushAsync(cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    private static byte[] Control(ushort type, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, 0x8003);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), type);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), payload.Length);
        payload.CopyTo(frame.AsSpan(8));
        return frame;
    }
}
