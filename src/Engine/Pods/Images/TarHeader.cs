using System.Text;

namespace Kontrakt.Engine.Pods.Images;

/// <summary>The 512 bytes before each file (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").</summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int Size = 512;

    private readonly ReadOnlySpan<byte> block = block;

    public bool IsEmpty => !block.ContainsAnyExcept((byte)0);
    public char Type => (char)block[156];
    public string Name => IsPosix && Text(345, 155) is { Length: > 0 } prefix ? $"{prefix}/{Text(0, 100)}" : Text(0, 100);
    public string Link => Text(157, 100);
    public uint Mode => (uint)(Number(100, 8) & 0xFFF);
    public long UserId => Number(108, 8);
    public long GroupId => Number(116, 8);
    public long Length => Number(124, 12);
    public long Modified => Number(136, 12);

    private bool IsPosix => block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    /// <summary>Of a GNU sparse file.</summary>
    public long RealSize => Number(483, 12);

    /// <exception cref="LayerException">The block is not a header.</exception>
    public void Check()
    {
        var (unsigned, signed) = (0L, 0L);
        for (var i = 0; i < Size; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }
        var said = Number(148, 8);
        if (said != unsigned && said != signed)
            throw new LayerException("the tar archive is damaged (a header's checksum is wrong)");
    }

    /// <summary>Adds the extents that a GNU sparse header, or an extension of one, lists. True when another extension follows.</summary>
    public bool ReadExtents(List<TarExtent> extents, bool extension)
    {
        var (at, count) = extension ? (0, 21) : (386, 4);
        for (var i = 0; i < count && block[at + 24 * i] != 0; i++)
            extents.Add(new(Number(at + 24 * i, 12), Number(at + 24 * i + 12, 12)));
        return block[extension ? 504 : 482] != 0;
    }

    private string Text(int at, int length)
    {
        var field = block.Slice(at, length);
        var end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Octal digits, or with the first bit set a binary number as GNU tar writes large ones.</summary>
    private long Number(int at, int length)
    {
        var field = block.Slice(at, length);
        if ((field[0] & 0x80) != 0)
            return Binary(field);
        var number = 0L;
        var digits = field.Trim((byte)' ').TrimEnd((byte)0).Trim((byte)' ');
        if (digits.IndexOf((byte)0) is >= 0 and var end)
            digits = digits[..end].Trim((byte)' ');
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                throw new LayerException("the tar archive is damaged (a header's number is invalid)");
            number = number << 3 | (uint)(digit - '0');
        }
        return number;
    }

    private static long Binary(ReadOnlySpan<byte> field)
    {
        // The second bit is the sign; what it fills must not matter.
        var negative = (field[0] & 0x40) != 0;
        Int128 number = negative ? -1 : 0;
        number = number << 7 | (byte)(field[0] & 0x7F);
        foreach (var b in field[1..])
            number = number << 8 | b;
        return number >= long.MinValue && number <= long.MaxValue ? (long)number : throw new LayerException("the tar archive is damaged (a header's number is too large)");
    }
}
