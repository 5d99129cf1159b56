using System.Text;

namespace Kontrakt.Engine.Pods.Probes;

/// <summary>Keeps the beginning of what is written to it, and takes the rest without keeping it. Two may write at once.</summary>
internal sealed class CappedStream(int capacity) : Stream
{
    private readonly Lock gate = new();
    private readonly byte[] buffer = new byte[capacity];
    private int length;

    public string Text
    {
        get { lock (gate) return Encoding.UTF8.GetString(buffer, 0, length); }
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            var taken = bytes[..Math.Min(bytes.Length, capacity - length)];
            taken.CopyTo(buffer.AsSpan(length));
            length += taken.Length;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
