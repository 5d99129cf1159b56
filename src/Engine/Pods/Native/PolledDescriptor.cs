using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>Waits, without a thread, until something can be read from a descriptor or written to it. One wait at a time.</summary>
internal sealed class PolledDescriptor : IDisposable
{
    private readonly SafeHandle descriptor;
    private readonly long key;
    private volatile TaskCompletionSource? waiting;

    public PolledDescriptor(SafeHandle descriptor)
    {
        this.descriptor = descriptor;
        key = DescriptorEvents.Shared.Add(descriptor, Ready);
    }

    public Task ReadableAsync() => WaitAsync(DescriptorEvents.Readable);

    public Task WritableAsync() => WaitAsync(DescriptorEvents.Writable);

    /// <summary>Ends a wait early.</summary>
    public void Wake() => Ready();

    public void Dispose()
    {
        DescriptorEvents.Shared.Remove(descriptor, key);
        Ready();
    }

    private Task WaitAsync(uint events)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting = source;
        DescriptorEvents.Shared.Arm(descriptor, key, events);
        return source.Task;
    }

    private void Ready() => waiting?.TrySetResult();
}
