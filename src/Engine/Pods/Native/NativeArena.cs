using System.Runtime.InteropServices;
using System.Text;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>Memory that does not move, freed at once.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    private const int BlockSize = 16 * 1024;
    private readonly List<nint> blocks = [];
    private byte* free;
    private int left;

    /// <summary>Zeroed.</summary>
    public byte* Allocate(int size)
    {
        size = (size + 15) & ~15;
        if (size > left)
            AddBlock(Math.Max(size, BlockSize));
        var result = free;
        free += size;
        left -= size;
        return result;
    }

    public T* Allocate<T>(int count = 1) where T : unmanaged => (T*)Allocate(sizeof(T) * count);

    /// <exception cref="ArgumentException">A text with a zero in it would end there.</exception>
    public byte* Text(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("a path, argument or variable has a zero byte in it");
        var length = Encoding.UTF8.GetByteCount(text);
        var bytes = Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, length));
        return bytes;
    }

    /// <summary>Ends with a null pointer.</summary>
    public byte** Texts(IReadOnlyList<string> texts)
    {
        var array = (byte**)Allocate((texts.Count + 1) * sizeof(nint));
        for (var i = 0; i < texts.Count; i++)
            array[i] = Text(texts[i]);
        return array;
    }

    public void Dispose()
    {
        foreach (var block in blocks)
            NativeMemory.Free((void*)block);
        blocks.Clear();
        left = 0;
    }

    private void AddBlock(int size)
    {
        free = (byte*)NativeMemory.AllocZeroed((nuint)size);
        left = size;
        blocks.Add((nint)free);
    }
}
