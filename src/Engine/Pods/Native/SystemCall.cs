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

    /// <param name="arena">Holds it, and the texts that are its arguments.</param>
    public static SystemCall* In(NativeArena arena, long number, ReadOnlySpan<CallArgument> arguments)
    {
        var call = arena.Allocate<SystemCall>();
        call->Number = number;
        call->Result = Unmade;
        for (var i = 0; i < arguments.Length; i++)
            call->Arguments[i] = arguments[i].Text is { } text ? (long)arena.Text(text) : arguments[i].Number;
        return call;
    }
}

/// <summary>An argument of a system call: a number, or a text whose address is passed.</summary>
internal readonly record struct CallArgument(long Number, string? Text = null)
{
    public static implicit operator CallArgument(long number) => new(number);

    public static implicit operator CallArgument(int number) => new(number);

    public static implicit operator CallArgument(uint number) => new(number);

    public static implicit operator CallArgument(ulong number) => new((long)number);

    /// <summary>null is a null pointer.</summary>
    public static implicit operator CallArgument(string? text) => new(0, text);

    public static unsafe implicit operator CallArgument(void* address) => new((long)address);
}
