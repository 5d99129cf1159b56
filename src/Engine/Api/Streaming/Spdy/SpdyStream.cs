using System.IO.Pipelines;

namespace Kontrakt.Engine.Api.Streaming.Spdy;

/// <summary>One stream of a <see cref="SpdyConnection"/>.</summary>
internal sealed class SpdyStream : DuplexStream
{
    private readonly SpdyConnection connection;
    private readonly int id;
    private readonly Pipe input = new();
    private readonly Stream reader;
    private bool hasEnded;

    public SpdyStream(SpdyConnection connection, int id, IReadOnlyDictionary<string, string> headers)
    {
        (this.connection, this.id, Headers) = (connection, id, headers);
        reader = input.Reader.AsStream();
    }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => reader.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.Length == 0 ? default : connection.WriteDataAsync(id, buffer, fin: false, cancellationToken);

    /// <summary>Nothing more will be written. What still comes is dropped.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        connection.Forget(id);
        await EndInputAsync();
        await input.Reader.CompleteAsync();
        await EndOutputAsync(cancellationToken);
    }

    /// <summary>Nothing more will be written, while the other side may still write.</summary>
    public ValueTask EndOutputAsync(CancellationToken cancellationToken)
    {
        if (hasEnded)
            return default;
        hasEnded = true;
        return connection.WriteDataAsync(id, default, fin: true, cancellationToken);
    }

    internal async ValueTask TakeAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => await input.Writer.WriteAsync(content, cancellationToken);

    internal ValueTask EndInputAsync() => input.Writer.CompleteAsync();
}
