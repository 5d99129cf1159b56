using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.Libc;

namespace Kontrakt.Engine.Pods.Native;

#pragma warning disable CA1001 // It lives as long as the process.
/// <summary>
/// A thread of the <see cref="ChildOrigin"/> that makes children, one at a time: it waits in the call that made one until that is a program or has
/// ended. There are as many as were needed at once.
/// </summary>
internal sealed unsafe class ChildMaker
{
    private static readonly ConcurrentBag<ChildMaker> Idle = [];

    private readonly NativeArena arena = new();
    private readonly SafeFileHandle orders;
    private readonly SafeFileHandle ordersEnd;
    private readonly SystemCall* park;
    private readonly SystemCall* tell;

    private ChildMaker()
    {
        (ordersEnd, orders) = Pipe();
        var exit = SystemCall.In(arena, CallNumbers.ExitGroup, [1]);
        park = SystemCall.In(arena, CallNumbers.Read, [ordersEnd.DangerousGetHandle(), arena.Allocate(1), 1]);
        park->AfterZero = park->AfterError = exit;
        tell = SystemCall.In(arena, CallNumbers.Write, [-1, arena.Allocate(1), 1]);
        tell->AfterZero = tell->AfterPositive = tell->AfterError = park;
        *(byte*)tell->Arguments[1] = ForkedChild.Gone;
        Origin.Start(arena, park);
    }

    /// <exception cref="SystemCallException">The machine does not allow it.</exception>
    public static ChildMaker Take()
    {
        while (Idle.TryTake(out var maker))
            if (!maker.Origin.HasEnded)
                return maker;
        return new();
    }

    public ChildOrigin Origin { get; } = ChildOrigin.Current;

    /// <param name="clone">The call that makes the child; what the child does is after its zero.</param>
    /// <param name="answers">Gets <see cref="ForkedChild.Gone"/> when the child is a program, has ended, or could not be made.</param>
    /// <exception cref="SystemCallException">It cannot be reached.</exception>
    public void Make(SystemCall* clone, SafeFileHandle answers)
    {
        clone->AfterPositive = clone->AfterError = tell;
        tell->Arguments[0] = answers.DangerousGetHandle();
        park->AfterPositive = clone;
        byte order = 0;
        if (write(orders, &order, 1) != 1)
            throw SystemCallException.Last("reach the maker of children");
    }

    /// <summary>After the answer.</summary>
    public void Return() => Idle.Add(this);
}
