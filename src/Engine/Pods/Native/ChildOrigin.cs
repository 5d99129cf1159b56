using System.Globalization;
using Microsoft.Win32.SafeHandles;
using static Kontrakt.Engine.Pods.Native.Libc;
using static Kontrakt.Engine.Pods.Native.MountFlags;

namespace Kontrakt.Engine.Pods.Native;

#pragma warning disable CA1001 // It lives as long as the process.
/// <summary>
/// The process that <see cref="ChildMaker"/>s are made from, and <see cref="ForkedChild"/>ren by them. It was forked from this one and has given up all of its memory except what both share,
/// and its program: until a child becomes the container's program, /proc/self/exe leads it to an empty file that nobody can run, and not to the
/// engine's. It keeps this process's descriptors, as threads do, and ends with it.
/// </summary>
internal sealed unsafe class ChildOrigin
{
    private const long PR_SET_PDEATHSIG = 1;
    private const long PR_SET_MM = 35;
    private const long PR_SET_MM_EXE_FILE = 13;
    private const long PR_SET_MM_MAP = 14;
    private const int MmMapSize = 104;

    private static readonly Lock Making = new();
    private static ChildOrigin? current;

    private readonly Lock starting = new();
    private readonly Lock watching = new();
    private readonly Dictionary<object, Action> watchers = new(ReferenceEqualityComparer.Instance);
    private readonly NativeArena arena = new();
    private readonly SafeFileHandle orders;
    private readonly SafeFileHandle ordersEnd;
    private readonly SafeFileHandle answers;
    private readonly SafeFileHandle answersEnd;
    /// <summary>The call by which the origin makes a thread.</summary>
    private readonly SystemCall* start;
    private readonly SystemCall* setProgram;
    private readonly SystemCall* setProgramAsRoot;

    private volatile bool ended;

    private ChildOrigin()
    {
        (ordersEnd, orders) = Pipe();
        (answers, answersEnd) = Pipe();
        // The origin has it as its program from then on.
        using var program = MakeProgram();
        start = Call(CallNumbers.Clone, CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD, 0, 0, 0, 0);
        setProgram = Call(CallNumbers.Prctl, PR_SET_MM, PR_SET_MM_MAP, MemoryMap(program), MmMapSize, 0);
        setProgramAsRoot = Call(CallNumbers.Prctl, PR_SET_MM, PR_SET_MM_EXE_FILE, Descriptor(program), 0, 0);
        var pids = arena.Allocate<int>(2);
        var first = First(program, pids);
        var thread = new Thread(() => Run(first, pids)) { IsBackground = true, Name = "origin of children" };
        thread.Start();
        Await();
        // Not every machine has a first process that asks for the end of those that lost their parent.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(thread, pids[1]);
    }

    /// <summary>Another one where the one before was killed.</summary>
    /// <exception cref="SystemCallException">The machine does not allow it.</exception>
    public static ChildOrigin Current
    {
        get
        {
            lock (Making)
                return current is { HasEnded: false } ? current : current = new();
        }
    }

    /// <summary>It was killed, and all of its threads with it.</summary>
    public bool HasEnded => ended;

    /// <summary>Why a child can still run the engine's own program; null where it cannot.</summary>
    public string? Refusal => setProgram->Result >= 0 || setProgramAsRoot->Result >= 0 ? null
        : $"a script of an image that names /proc/self/exe as its interpreter runs the engine's own program in its container: {Errno.Describe((int)-setProgram->Result)} (a kernel with CONFIG_CHECKPOINT_RESTORE keeps it out)";

    /// <summary>What is done when it has been killed; at once where it has been. Nobody answers then, and whoever waits for an answer must hear of it.</summary>
    public void Watch(object key, Action lost)
    {
        lock (watching)
        {
            if (ended)
                lost();
            else
                watchers[key] = lost;
        }
    }

    public void Unwatch(object key)
    {
        lock (watching)
            watchers.Remove(key);
    }

    /// <summary>Makes a thread of the origin, which follows a chain of calls.</summary>
    /// <param name="memory">Kept as long as that thread.</param>
    /// <exception cref="SystemCallException">The kernel does not allow it.</exception>
    public void Start(NativeArena memory, SystemCall* chain)
    {
        // By the answer it has left the call that all are made by.
        var arrived = SystemCall.In(memory, CallNumbers.Write, [Descriptor(answersEnd), memory.Allocate(1), 1]);
        After(arrived, chain);
        lock (starting)
        {
            start->AfterZero = arrived;
            byte order = 0;
            if (write(orders, &order, 1) != 1)
                throw SystemCallException.Last("reach the origin of children");
            Await();
            if (start->Result < 0)
                throw new SystemCallException("start a process", (int)-start->Result);
        }
    }

    /// <summary>The thread lives as long as the origin, which ends with it: its parent is the thread that has made it.</summary>
    private void Run(SystemCall* first, int* pids)
    {
        try
        {
            ChildCode.Run(first);
            for (var i = 0; i < 2; i++)
                if (pids[i] > 0)
                    Reap(pids[i]);
        }
        catch (SystemCallException)
        {
            // There are no descriptors left. The origin ends with this thread.
        }
        lock (watching)
        {
            ended = true;
            foreach (var lost in watchers.Values)
                lost();
        }
        // Whoever waits for an answer gets none.
        answersEnd.Dispose();
    }

    private void End(Thread thread, int pid)
    {
        if (HasEnded)
            return;
        using (var origin = ChildHandle.Open(pid))
            origin.Signal(SIGKILL);
        thread.Join();
    }

    /// <summary>What the thread does, until it waits.</summary>
    /// <param name="pids">Get those of a child that is soon over, and of the origin.</param>
    private SystemCall* First(SafeFileHandle program, int* pids)
    {
        var masks = arena.Allocate<ulong>(2);
        masks[0] = ulong.MaxValue;
        // No handler of the runtime's may run in the processes that it makes.
        var block = Call(CallNumbers.RtSigprocmask, 0, masks, masks + 1, sizeof(ulong));
        // A child without the C library's registrations (rseq) makes the origin: the kernel would write to memory that no longer exists.
        var clone = Call(CallNumbers.Clone, CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_PARENT_SETTID, 0, pids, 0, 0);
        var fork = Call(CallNumbers.Clone, CLONE_FILES | CLONE_PARENT | CLONE_PARENT_SETTID, 0, pids + 1, 0, 0);
        var exit = Call(CallNumbers.ExitGroup, 1);
        var restore = Call(CallNumbers.RtSigprocmask, 2, masks + 1, 0, sizeof(ulong));
        After(block, clone);
        Branch(clone, fork, restore, restore);
        Branch(fork, FirstOfOrigin(program, exit), exit, exit);
        return block;
    }

    /// <summary>What the origin does: gives up what it has, and then waits for orders until it ends.</summary>
    private SystemCall* FirstOfOrigin(SafeFileHandle program, SystemCall* exit)
    {
        var answer = Call(CallNumbers.Write, Descriptor(answersEnd), arena.Allocate(1), 1);
        var park = Call(CallNumbers.Read, Descriptor(ordersEnd), arena.Allocate(1), 1);
        After(answer, park);
        Branch(park, exit, start, exit);
        Branch(start, null, park, answer);
        var first = Call(CallNumbers.Prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        var last = first;
        foreach (var (from, to) in Unshared())
            last = After(last, Call(CallNumbers.Munmap, from, to - from));
        After(last, setProgram);
        var close = Call(CallNumbers.Fchmod, Descriptor(program), 0);
        Branch(setProgram, close, close, setProgramAsRoot);
        After(setProgramAsRoot, close);
        After(close, answer);
        return first;
    }

    /// <summary>All addresses between those that it keeps: what is shared, the code that it runs, and what the kernel maps for everybody.</summary>
    private static IEnumerable<(nint From, nint To)> Unshared()
    {
        var mappings = File.ReadAllLines("/proc/self/maps").Select(line => (line, range: line.Split('-', ' '))).Where(mapping => mapping.range[0].Length < 16)
            .Select(mapping => (mapping.line, from: Address(mapping.range[0]), to: Address(mapping.range[1]))).ToList();
        var kept = mappings.Where(mapping => mapping.line.Contains("[v", StringComparison.Ordinal)).Select(mapping => (mapping.from, mapping.to));
        nint at = 0;
        foreach (var (from, to) in kept.Append(SharedMemory.Range).Append(ChildCode.Range).Append((mappings.Max(mapping => mapping.to), 0)).Order())
        {
            if (from > at)
                yield return (at, from);
            at = Math.Max(at, to);
        }
    }

    private static nint Address(string hex) => nint.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>struct prctl_mm_map: addresses that say nothing, and the program.</summary>
    private byte* MemoryMap(SafeFileHandle program)
    {
        const int addresses = 11, exe = 25;
        var map = arena.Allocate(MmMapSize);
        for (var i = 0; i < addresses; i++)
            ((long*)map)[i] = SharedMemory.Range.Start;
        ((long*)map)[1]++;
        ((int*)map)[exe] = (int)Descriptor(program);
        return map;
    }

    /// <summary>A file without a name and without content. It must be one that could be run when it takes the program's place, and afterwards it must not.</summary>
    private static SafeFileHandle MakeProgram()
    {
        const ulong MFD_CLOEXEC = 1, MFD_EXEC = 0x10;
        // Older kernels do not know the flag, and need none.
        var descriptor = memfd_create(CallNumbers.MemfdCreate, "kontrakt", MFD_CLOEXEC | MFD_EXEC);
        if (descriptor < 0)
            descriptor = memfd_create(CallNumbers.MemfdCreate, "kontrakt", MFD_CLOEXEC);
        return descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw SystemCallException.Last("make a file in memory");
    }

    private SystemCall* Call(long number, params ReadOnlySpan<CallArgument> arguments) => SystemCall.In(arena, number, arguments);

    private static SystemCall* After(SystemCall* call, SystemCall* next)
    {
        Branch(call, next, next, next);
        return next;
    }

    private static void Branch(SystemCall* call, SystemCall* zero, SystemCall* positive, SystemCall* error)
    {
        call->AfterZero = zero;
        call->AfterPositive = positive;
        call->AfterError = error;
    }

    private static long Descriptor(SafeFileHandle handle) => handle.DangerousGetHandle();

    private static void Reap(int pid)
    {
        using var child = ChildHandle.Open(pid);
        child.Reap();
    }

    private void Await()
    {
        byte answer;
        nint count;
        do
        {
            count = read(answers, &answer, 1);
        }
        while (count < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Errno.EINTR);
        if (count != 1)
            throw new SystemCallException("start a process", Errno.ESRCH, "the process that makes others has ended");
    }
}
