using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Diagnostics;

/// <summary>Paths as the system has them. On Unix names and the targets of links are bytes, which need be no text: .NET's own reading of them loses what tells two apart.</summary>
internal static partial class RawPath
{
    private const int NoEntry = 2, Invalid = 22, NotAFolder = 20;
    // O_PATH, which needs no right to read, and O_CLOEXEC.
    private const int ByPathOnly = 0x200000 | 0x80000;
    private const int LongestTarget = 64 * 1024;

    /// <summary>The bytes of a link's target; null where the path is not a link, or its target does not exist.</summary>
    /// <exception cref="IOException">The system's own words.</exception>
    public static byte[]? LinkTarget(string path) => LinkTarget(Encoding.UTF8.GetBytes(path));

    /// <inheritdoc cref="LinkTarget(string)"/>
    /// <param name="path">As the system has it; on Windows, UTF-8.</param>
    public static byte[]? LinkTarget(byte[] path)
    {
        if (OperatingSystem.IsWindows())
            return new FileInfo(Encoding.UTF8.GetString(path)).LinkTarget is { } text ? Encoding.UTF8.GetBytes(text) : null;
        var target = new byte[LongestTarget];
        var length = ReadLink(Terminated(path), target, target.Length);
        return length >= 0 ? target[..(int)length] : Marshal.GetLastPInvokeError() is NoEntry or NotAFolder or Invalid ? null : throw Refusal();
    }

    /// <summary>A path that .NET can use for what another is; null where nothing exists. It holds while it is not disposed of.</summary>
    /// <exception cref="IOException">The system's own words; or there is no such path.</exception>
    public static UsablePath? Usable(byte[] path)
    {
        if (Utf8.IsValid(path))
            return new(Encoding.UTF8.GetString(path), null);
        if (!OperatingSystem.IsLinux())
            throw new IOException("its name is not UTF-8");
        var handle = new SafeFileHandle(Open(Terminated(path), ByPathOnly), ownsHandle: true);
        if (!handle.IsInvalid)
            return new($"/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}", handle);
        return Marshal.GetLastPInvokeError() is NoEntry or NotAFolder ? null : throw Refusal();
    }

    private static byte[] Terminated(byte[] path) => [.. path, 0];

    private static IOException Refusal() => new(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    private static partial nint ReadLink(byte[] path, byte[] target, nint size);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte[] path, int flags);

    /// <param name="Text">Also for other processes, as long as this one runs.</param>
    public sealed record UsablePath(string Text, SafeFileHandle? Handle) : IDisposable
    {
        public void Dispose() => Handle?.Dispose();
    }
}
