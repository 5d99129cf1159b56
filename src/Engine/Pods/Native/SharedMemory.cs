using System.Numerics;
using System.Runtime.InteropServices;
using static Kontrakt.Engine.Pods.Native.Libc;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>
/// Memory that this process and its <see cref="ChildOrigin"/> have in common, at the same address in both. Mapped once: what is mapped later, the
/// origin does not see.
/// </summary>
internal static unsafe class SharedMemory
{
    /// <summary>Pages that nobody has written to take no memory. A start writes some kilobytes, and its arguments and variables.</summary>
    private const int Size = 64 << 20;
    private const int LeastBlock = 16 * 1024;

    private static readonly Lock Gate = new();
    /// <summary>Blocks that were given back, by the logarithm of their size.</summary>
    private static readonly Stack<nint>[] Free = [.. Enumerable.Range(0, 32).Select(_ => new Stack<nint>())];
    private static int used;

    public static (nint Start, nint End) Range { get; } = Map();

    /// <param name="size">Becomes the size of the block, which is a power of two.</param>
    /// <returns>Zeroed.</returns>
    /// <exception cref="SystemCallException">All of it is in use.</exception>
    public static byte* Rent(ref int size)
    {
        var power = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(size, LeastBlock)));
        size = 1 << power;
        lock (Gate)
        {
            if (Free[power].TryPop(out var block))
            {
                NativeMemory.Clear((void*)block, (nuint)size);
                return (byte*)block;
            }
            if (size > Size - used)
                throw new SystemCallException("find memory for the start of a process", Errno.ENOMEM, "too many start at once, or their arguments and variables are too large");
            used += size;
            return (byte*)Range.Start + used - size;
        }
    }

    public static void Return(nint block, int size)
    {
        lock (Gate)
            Free[BitOperations.Log2((uint)size)].Push(block);
    }

    private static (nint, nint) Map()
    {
        var memory = mmap(null, Size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        return memory != (void*)-1 ? ((nint)memory, (nint)memory + Size) : throw SystemCallException.Last("map memory for starting processes");
    }
}
