using System.Runtime.InteropServices;
using Kontrakt.Engine.Pods.Native;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Sandboxes;

/// <summary>Pipes between the engine and a process: the process's ends, until it has them, and the engine's.</summary>
internal sealed class StandardStreams : IDisposable
{
    private static readonly Lazy<SafeFileHandle> NoInput = new(SystemMounts.OpenNull);
    private readonly SafeFileHandle? inputEnd;
    private readonly SafeFileHandle outputEnd;
    private readonly SafeFileHandle errorEnd;

    public StandardStreams(bool input, Func<ReadOnlyMemory<byte>, ValueTask> takeOutput, Func<ReadOnlyMemory<byte>, ValueTask> takeError)
    {
        if (input)
        {
            (inputEnd, var target) = Libc.Pipe();
            Input = new(target);
        }
        (var output, outputEnd) = Libc.Pipe();
        Output = new(output, takeOutput);
        (var error, errorEnd) = Libc.Pipe();
        Error = new(error, takeError);
    }

    public InputPump? Input { get; }

    public OutputPump Output { get; }

    public OutputPump Error { get; }

    public IReadOnlyList<SafeHandle> Ends => [inputEnd ?? NoInput.Value, outputEnd, errorEnd];

    /// <summary>The process has them now.</summary>
    public void CloseEnds()
    {
        inputEnd?.Dispose();
        outputEnd.Dispose();
        errorEnd.Dispose();
    }

    public void Dispose()
    {
        CloseEnds();
        Input?.Dispose();
        Output.Dispose();
        Error.Dispose();
    }
}
