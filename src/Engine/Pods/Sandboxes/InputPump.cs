using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>Writes a stream to the pipe that a process reads.</summary>
internal sealed class InputPump : IDisposable
{
    private const int BufferSize = 16 * 1024;
    private readonly SafeFileHandle target;
    private readonly PolledDescriptor polled;

    public InputPump(SafeFileHandle target)
    {
        this.target = target;
        _ = Libc.fcntl(target, Libc.F_SETFL, Libc.O_NONBLOCK);
        polled = new PolledDescriptor(target);
    }

    /// <summary>Until the end of the stream, or until nobody reads any more. Closes the pipe.</summary>
    public async Task RunAsync(Stream source, CancellationToken cancellationToken)
    {
        await using var wake = cancellationToken.Register(polled.Wake);
        var buffer = new byte[BufferSize];
        try
        {
            while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var count)
                if (!await WriteAsync(buffer.AsMemory(0, count), cancellationToken))
                    return;
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (target.IsClosed)
            return;
        polled.Dispose();
        target.Dispose();
    }

    private async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Write(bytes.Span);
            if (count > 0)
                bytes = bytes[count..];
            else if (Marshal.GetLastPInvokeError() is var error && error == Errno.EAGAIN)
                await polled.WritableAsync();
            else if (error == Errno.EPIPE)
                return false;
            else if (error != Errno.EINTR)
                throw new SystemCallException("write to the input of a process", error);
        }
        return true;
    }

    private unsafe int Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            return (int)Libc.write(target, start, bytes.Length);
    }
}
