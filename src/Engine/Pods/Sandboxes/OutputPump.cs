using System.Buffers;
using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>
/// Hands on what processes write to a pipe. It reads no faster than it is taken, so a writer waits in the end. Once the process has ended, what is
/// in the pipe is all that comes: something that holds it open cannot delay the end.
/// </summary>
internal sealed class OutputPump : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private readonly SafeFileHandle source;
    private readonly PolledDescriptor polled;
    private readonly Func<ReadOnlyMemory<byte>, ValueTask> take;
    private volatile bool ended;

    /// <param name="take">When it fails, the rest is read and dropped, for the process's sake.</param>
    public OutputPump(SafeFileHandle source, Func<ReadOnlyMemory<byte>, ValueTask> take)
    {
        this.source = source;
        this.take = take;
        _ = Libc.fcntl(source, Libc.F_SETFL, Libc.O_NONBLOCK);
        polled = new PolledDescriptor(source);
    }

    /// <summary>The process has ended: what there is is the rest.</summary>
    public void End()
    {
        ended = true;
        polled.Wake();
    }

    /// <returns>What <c>take</c> has thrown.</returns>
    public async Task<Exception?> RunAsync()
    {
        // Whoever starts it is not to wait for its first bytes to be taken.
        await Task.Yield();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        Exception? failure = null;
        try
        {
            while (true)
            {
                var last = ended;
                var count = Read(buffer);
                if (count == 0 || count < 0 && last)
                    return failure;
                if (count < 0)
                    await ReadableAsync();
                else
                    failure ??= await TakeAsync(buffer.AsMemory(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        polled.Dispose();
        source.Dispose();
    }

    private async Task ReadableAsync()
    {
        var readable = polled.ReadableAsync();
        // End may have come before there was a wait to be woken from.
        if (ended)
            polled.Wake();
        await readable;
    }

    private async ValueTask<Exception?> TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await take(bytes);
            return null;
        }
        // Whatever it is: it is the taker's, and reported to whoever waits for the end.
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <returns>-1 for nothing at the moment.</returns>
    private unsafe int Read(byte[] buffer)
    {
        fixed (byte* bytes = buffer)
            while (true)
            {
                var count = Libc.read(source, bytes, buffer.Length);
                if (count >= 0)
                    return (int)count;
                var error = Marshal.GetLastPInvokeError();
                if (error == Errno.EAGAIN)
                    return -1;
                if (error != Errno.EINTR)
                    throw new SystemCallException("read the output of a process", error);
            }
    }
}
