using System.Text;

namespace Engine.Tests.Pods.Running;

/// <summary>Tells when a text has been written to it.</summary>
internal sealed class SeenStream(string text) : MemoryStream
{
    private readonly TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Seen => seen.Task;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await base.WriteAsync(buffer, cancellationToken);
        if (Encoding.UTF8.GetString(ToArray()).Contains(text, StringComparison.Ordinal))
            seen.TrySetResult();
    }
}
