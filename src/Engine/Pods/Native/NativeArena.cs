using System.Text;

namespace Kontrakt.Engine.Pods.Native;

/// <summary>Memory for the start of one process, where its origin sees it; given back at once.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    private readonly List<(nint Start, int Size)> blocks = [];
    private byte* free;
    private int left;

    /// <summary>Zeroed.</summary>
    public byte* Allocate(int size)
    {
        size = (size + 15) & ~15;
        if (size > left)
            AddBlock(size);
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
        foreach (var (start, size) in blocks)
            SharedMemory.Return(start, size);
        blocks.Clear();
        left = 0;
    }

    private void AddBlock(int size)
    {
        free = SharedMemory.Rent(ref size);
        left = size;
        blocks.Add(((nint)free, size));
    }
}
