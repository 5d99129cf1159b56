using System.Runtime.InteropServices;

namespace Kontrakt.Context.Scanning;

/// <summary>statx(2): its layout is the same on every processor, which that of stat(2) is not.</summary>
internal static partial class StatxCall
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStatus = 0x7FF;
    private const int NoEntry = 2, NotAFolder = 20;
    // O_PATH, which needs no right to read, and O_CLOEXEC.
    private const int ByPathOnly = 0x200000 | 0x80000;

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    public static FileStatus? Read(string path, bool follow) => Read(CurrentDirectory, path, follow);

    /// <summary>A descriptor for a folder; negative where it cannot be read.</summary>
    public static int Open(string folder) => Open(folder, ByPathOnly);

    /// <param name="folder">A descriptor.</param>
    /// <param name="path">From there, where it is not a full one.</param>
    public static FileStatus? Read(int folder, string path, bool follow)
    {
        if (Call(folder, path, follow ? 0 : NoFollow, BasicStatus, out var status) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoEntry or NotAFolder ? null : throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
        return new(KindOf(status.Mode), (long)status.Size, Nanoseconds(status.ModifiedSeconds, status.ModifiedNanoseconds), Nanoseconds(status.ChangedSeconds, status.ChangedNanoseconds),
            (ulong)status.DeviceMajor << 32 | status.DeviceMinor, status.Inode, status.Links, status.Mode & 0xFFF);
    }

    private static FileKind KindOf(ushort mode) => (mode >> 12) switch { 8 => FileKind.File, 4 => FileKind.Folder, 10 => FileKind.Link, _ => FileKind.Special };

    private static long Nanoseconds(long seconds, uint rest) => unchecked(seconds * 1_000_000_000 + rest);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Call(int folder, string path, int flags, uint mask, out Statx status);
}
