using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.Libc;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>
/// A child that makes the system calls it is given, one after the other, until it becomes a program or is disposed. So namespaces are entered,
/// mounts made and rights dropped without a thread of this process doing so: the .NET runtime may start a thread of its own from any of them at
/// any moment, and that one would inherit it all. It is made by a <see cref="ChildMaker"/>. Calls are collected and made together; <see cref="Ask"/> makes them now, for its answer.
/// Not for several threads.
/// </summary>
internal sealed unsafe class ForkedChild : IDisposable
{
    /// <summary>The memory is shared, and the maker waits until the child is a program or has ended.</summary>
    private const ulong AlwaysShared = CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID;

    /// <summary>An answer: it is over.</summary>
    public const byte Gone = (byte)'x';
    private const byte Done = (byte)'d';
    /// <summary>An answer that is not the child's: who made it was killed, and nobody says any more what becomes of it.</summary>
    private const byte Lost = (byte)'l';

    private readonly NativeArena arena = new();
    private readonly SafeFileHandle orders;
    private readonly SafeFileHandle answers;
    private readonly SafeFileHandle answersEnd;
    private readonly SystemCall* park;
    private readonly SystemCall* done;
    private readonly SystemCall* exit;
    private readonly List<QueuedCall> queue = [];
    private readonly Stack<ChildHandle> children = new();
    private readonly Lock childrenLock = new();
    private ChildMaker? maker;
    private bool gone;
    private bool lost;
    private bool killed;

    private ForkedChild()
    {
        (var ordersEnd, orders) = Pipe();
        (answers, answersEnd) = Pipe();
        OrdersEnd = ordersEnd;
        var answer = arena.Allocate(1);
        *answer = Done;
        exit = Call(CallNumbers.ExitGroup, [1]);
        park = Call(CallNumbers.Read, [ordersEnd.DangerousGetHandle(), arena.Allocate(1), 1]);
        park->AfterError = park->AfterZero = exit;
        done = Call(CallNumbers.Write, [answersEnd.DangerousGetHandle(), answer, 1]);
        done->AfterError = done->AfterZero = exit;
        done->AfterPositive = park;
    }

    private SafeFileHandle OrdersEnd { get; }

    public NativeArena Memory => arena;

    /// <summary>Of the child, or of the child that it has made in its stead.</summary>
    public int Pid => children.Peek().Pid;

    /// <param name="flags">CLONE_NEW… and CLONE_FILES.</param>
    /// <exception cref="SystemCallException">The kernel does not allow it.</exception>
    public static ForkedChild Start(ulong flags)
    {
        var child = new ForkedChild();
        try
        {
            child.Clone(flags);
            return child;
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>A call that must succeed. Its error is thrown by the next <see cref="Flush"/>; nothing after it is done.</summary>
    public void Do(string attempt, long number, params ReadOnlySpan<CallArgument> arguments) => queue.Add(new((nint)Call(number, arguments), attempt, Stops: true, []));

    /// <summary>A call that may fail.</summary>
    public void Try(long number, params ReadOnlySpan<CallArgument> arguments) => queue.Add(new((nint)Call(number, arguments), null, Stops: false, []));

    /// <summary>A call that must succeed or fail with one of <paramref name="errors"/>.</summary>
    public void DoUnless(ReadOnlySpan<int> errors, string attempt, long number, params ReadOnlySpan<CallArgument> arguments) =>
        queue.Add(new((nint)Call(number, arguments), attempt, Stops: false, errors.ToArray()));

    /// <exception cref="SystemCallException">This call has failed, or one before.</exception>
    public long Ask(string attempt, long number, params ReadOnlySpan<CallArgument> arguments)
    {
        Do(attempt, number, arguments);
        return Flush();
    }

    /// <returns>An error is its negative number.</returns>
    /// <exception cref="SystemCallException">A call before this one has failed.</exception>
    public long TryAsk(long number, params ReadOnlySpan<CallArgument> arguments)
    {
        Try(number, arguments);
        return Flush();
    }

    /// <summary>Makes the calls that wait.</summary>
    /// <returns>The result of the last.</returns>
    /// <exception cref="SystemCallException">A call has failed.</exception>
    public long Flush()
    {
        if (queue.Count == 0)
            return 0;
        for (var i = 0; i < queue.Count; i++)
        {
            var call = (SystemCall*)queue[i].Call;
            var next = i + 1 < queue.Count ? (SystemCall*)queue[i + 1].Call : done;
            call->AfterZero = call->AfterZero == null ? next : call->AfterZero;
            call->AfterPositive = call->AfterPositive == null ? next : call->AfterPositive;
            call->AfterError = queue[i].Stops ? done : next;
        }
        var calls = queue.ToArray();
        queue.Clear();
        Send((SystemCall*)calls[0].Call);
        foreach (var call in calls)
            call.Check();
        return ((SystemCall*)calls[^1].Call)->Result;
    }

    /// <summary>The child makes one of its own, with the namespaces it has chosen for that; from here on, that one is used.</summary>
    /// <exception cref="SystemCallException">The kernel does not allow it.</exception>
    public void Fork()
    {
        Flush();
        var pid = arena.Allocate<int>();
        *pid = 0;
        var clone = Call(CallNumbers.Clone, [AlwaysShared | CLONE_PARENT, 0, pid, 0, 0]);
        clone->AfterZero = done;
        clone->AfterPositive = exit;
        queue.Add(new((nint)clone, "start a process", Stops: true, []));
        try
        {
            Flush();
        }
        finally
        {
            // Also one that was killed before it could answer, with its container, which ends only when somebody has waited for it.
            if (*pid > 0)
                Add(*pid);
        }
    }

    /// <summary>Becomes a program. It is over then: <see cref="Take"/> what is left.</summary>
    /// <returns>Zero, or the negative number of an error.</returns>
    public long Execute(string path, byte** arguments, byte** environment)
    {
        Flush();
        var call = Call(CallNumbers.Execve, [path, arguments, environment]);
        call->AfterError = done;
        Send(call, mayGo: true);
        return call->Result == SystemCall.Unmade ? 0 : call->Result;
    }

    /// <summary>Its copies of this process's descriptors, from a number on, except the two that it gets its calls by.</summary>
    public void CloseDescriptors(long first)
    {
        foreach (var kept in new[] { (long)OrdersEnd.DangerousGetHandle(), (long)answersEnd.DangerousGetHandle() }.Order())
        {
            if (kept > first)
                Do("close the engine's descriptors", CallNumbers.CloseRange, first, kept - 1, 0);
            first = Math.Max(first, kept + 1);
        }
        Do("close the engine's descriptors", CallNumbers.CloseRange, first, uint.MaxValue, 0);
    }

    /// <summary>The process, after <see cref="Execute"/>; the caller waits for its end.</summary>
    public ChildHandle Take()
    {
        lock (childrenLock)
            return children.Pop();
    }

    /// <summary>From any thread: ends it wherever it is.</summary>
    public void Kill()
    {
        lock (childrenLock)
        {
            killed = true;
            foreach (var child in children)
                child.Signal(SIGKILL);
        }
    }

    public void Dispose()
    {
        Kill();
        while (maker is not null && !gone)
            Wait();
        maker?.Origin.Unwatch(this);
        maker?.Return();
        // The memory that they follow is given up below.
        foreach (var child in children)
        {
            child.Reap();
            child.Dispose();
        }
        OrdersEnd.Dispose();
        orders.Dispose();
        answers.Dispose();
        answersEnd.Dispose();
        arena.Dispose();
    }

    private void Clone(ulong flags)
    {
        var pid = arena.Allocate<int>();
        *pid = 0;
        var clone = Call(CallNumbers.Clone, [AlwaysShared | CLONE_PARENT | flags, 0, pid, 0, 0]);
        clone->AfterZero = done;
        var taken = ChildMaker.Take();
        taken.Make(clone, answersEnd);
        maker = taken;
        taken.Origin.Watch(this, Lose);
        Wait();
        if (clone->Result < 0 && gone && !lost)
            throw new SystemCallException("start a process in namespaces of its own", (int)-clone->Result);
        if (*pid > 0)
            Add(*pid);
        if (gone)
            throw Killed();
    }

    private void Add(int pid)
    {
        var child = ChildHandle.Open(pid);
        lock (childrenLock)
        {
            children.Push(child);
            if (killed)
                child.Signal(SIGKILL);
        }
    }

    private SystemCall* Call(long number, ReadOnlySpan<CallArgument> arguments) => SystemCall.In(arena, number, arguments);

    private void Send(SystemCall* first, bool mayGo = false)
    {
        if (gone)
            throw Killed();
        park->AfterPositive = first;
        byte order = 0;
        if (write(orders, &order, 1) != 1)
            throw SystemCallException.Last("reach a forked child");
        Wait();
        if (lost || (gone && !mayGo))
            throw Killed();
    }

    private void Lose()
    {
        var answer = Lost;
        // The pipe has room: nobody else writes to it any more, and before it never held more than two answers.
        _ = write(answersEnd, &answer, 1);
    }

    private void Wait()
    {
        byte answered;
        nint count;
        do
        {
            count = read(answers, &answered, 1);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        lost = count == 1 && answered == Lost;
        gone = count != 1 || answered is Gone or Lost;
    }

    /// <param name="Attempt">null where it may fail.</param>
    /// <param name="Stops">Nothing after it is done when it fails.</param>
    private sealed record QueuedCall(nint Call, string? Attempt, bool Stops, int[] Tolerated)
    {
        public void Check()
        {
            var result = ((SystemCall*)Call)->Result;
            if (Attempt is not null && result is < 0 and not SystemCall.Unmade && !Tolerated.Contains((int)-result))
                throw new SystemCallException(Attempt, (int)-result);
        }
    }

    private static SystemCallException Killed() => new("go on starting a process", Errno.ESRCH, "it was killed");
}
