using System.Runtime.InteropServices;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>One system call as <see cref="ChildCode"/> makes it, and the calls that come after it, by its result. The code knows these offsets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SystemCall
{
    /// <summary>No call answers this.</summary>
    public const long Unmade = long.MinValue;

    public long Number;
    public fixed long Arguments[6];
    /// <summary>What the kernel answered; an error is its negative number.</summary>
    public long Result;
    public SystemCall* AfterError;
    public SystemCall* AfterZero;
    public SystemCall* AfterPositive;
}
