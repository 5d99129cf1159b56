using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>
/// The system calls that name a file by an open folder and one name in it. .NET's own file functions take whole paths and follow links in them.
/// Names are bytes that end with NUL.
/// </summary>
internal static unsafe partial class LinuxFiles
{
    public const int ReadOnly = 0, WriteOnly = 1, Create = 0x40, Exclusive = 0x80, CloseOnExec = 0x80000;
    public static readonly int Folder = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    public const uint TypeMask = 0xF000, Fifo = 0x1000, CharacterDevice = 0x2000, DirectoryType = 0x4000, RegularFile = 0x8000, SymbolicLink = 0xA000;

    /// <summary>Flag of the calls that would else act on what a link points to.</summary>
    public const int LinkItself = 0x100;
    public const int RemoveFolder = 0x200;

    private const long OpenAt2Call = 437;
    private static readonly long ListCall = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 61 : 217;
    private const uint BasicStatus = 0x7FF;

    [StructLayout(LayoutKind.Sequential)]
    public struct OpenHow
    {
        public ulong Flags, Mode, Resolve;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct Status
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint UserId;
        [FieldOffset(24)] public uint GroupId;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public long Number;
        [FieldOffset(40)] public long Size;
        /// <summary>Of 512 bytes each, that it has on the disk.</summary>
        [FieldOffset(48)] public long Blocks;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(128)] public uint DeviceMajor;
        [FieldOffset(132)] public uint DeviceMinor;

        public readonly uint Type => Mode & TypeMask;
        /// <summary>How overlayfs writes "deleted".</summary>
        public readonly bool IsWhiteout => Type == CharacterDevice && DeviceMajor == 0 && DeviceMinor == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Time
    {
        public long Seconds, Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial SafeFileHandle Open(SafeFileHandle folder, byte[] name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial SafeFileHandle Open(byte[] path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeFolder(SafeFileHandle folder, byte[] name, uint mode);

    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    public static partial int MakeNode(SafeFileHandle folder, byte[] name, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeSymbolicLink(byte[] target, SafeFileHandle folder, byte[] name);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int MakeHardLink(SafeFileHandle fromFolder, byte[] from, SafeFileHandle folder, byte[] name, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int Remove(SafeFileHandle folder, byte[] name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int Rename(SafeFileHandle fromFolder, byte[] from, SafeFileHandle folder, byte[] name);

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    public static partial int ChangeOwner(SafeFileHandle folder, byte[] name, uint userId, uint groupId, int flags);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
    public static partial int ChangeMode(SafeFileHandle folder, byte[] name, uint mode, int flags);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    public static partial int ChangeTimes(SafeFileHandle folder, byte[] name, Time* accessAndModification, int flags);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int SetAttribute(SafeFileHandle file, byte[] name, byte[] value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint GetAttribute(SafeFileHandle file, byte[] name, byte* value, nuint size);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLink(SafeFileHandle folder, byte[] name, byte* target, nuint size);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    public static partial int Flush(SafeFileHandle anyFile);

    /// <summary>Opens a path of several names inside of a folder that serves as root: no link and no ".." leads out of it.</summary>
    public static SafeFileHandle OpenInRoot(SafeFileHandle root, byte[] path, int flags)
    {
        const ulong inRoot = 0x10, noMagicLinks = 0x2;
        var how = new OpenHow { Flags = (ulong)flags, Resolve = inRoot | noMagicLinks };
        var added = false;
        try
        {
            root.DangerousAddRef(ref added);
            fixed (byte* text = path)
                return new((nint)OpenAt2(OpenAt2Call, (int)root.DangerousGetHandle(), text, &how, (nuint)sizeof(OpenHow)), ownsHandle: true);
        }
        finally
        {
            if (added)
                root.DangerousRelease();
        }
    }

    /// <summary>Of a name itself, never of what a link points to. False when there is none.</summary>
    public static bool TryGetStatus(SafeFileHandle folder, byte[] name, out Status status)
    {
        fixed (Status* target = &status)
            return GetStatus(folder, name, LinkItself, BasicStatus, target) == 0;
    }

    /// <summary>The next entries of a folder as linux_dirent64 records; 0 at the end.</summary>
    public static long List(SafeFileHandle folder, Span<byte> entries)
    {
        fixed (byte* target = entries)
            return ListEntries(ListCall, folder, target, (nuint)entries.Length);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int GetStatus(SafeFileHandle folder, byte[] name, int flags, uint mask, Status* status);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long OpenAt2(long number, int folder, byte* path, OpenHow* how, nuint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long ListEntries(long number, SafeFileHandle folder, byte* entries, nuint size);
}
