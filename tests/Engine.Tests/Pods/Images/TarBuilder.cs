using System.Globalization;
using System.Text;

namespace Engine.Tests.Pods.Images;

/// <summary>Tar archives as no careful program would write them.</summary>
internal sealed class TarBuilder
{
    private readonly List<byte> bytes = [];

    public TarBuilder File(string name, string content, int mode = 420, int userId = 0, int groupId = 0) => Entry('0', name, content, mode: mode, userId: userId, groupId: groupId);
    public TarBuilder Folder(string name, int mode = 493) => Entry('5', name, mode: mode);
    public TarBuilder Symlink(string name, string target) => Entry('2', name, link: target);
    public TarBuilder HardLink(string name, string target) => Entry('1', name, link: target);

    public TarBuilder Entry(char type, string name, string content = "", string link = "", int mode = 420, int userId = 0, int groupId = 0, long? size = null, long modified = 0)
    {
        var data = Encoding.Latin1.GetBytes(content);
        var block = new byte[512];
        Put(block, 0, 100, name);
        Put(block, 100, 8, Octal(mode, 7));
        Put(block, 108, 8, Octal(userId, 7));
        Put(block, 116, 8, Octal(groupId, 7));
        Put(block, 124, 12, Octal(size ?? data.Length, 11));
        Put(block, 136, 12, Octal(modified, 11));
        block[156] = (byte)type;
        Put(block, 157, 100, link);
        Put(block, 257, 8, "ustar\000");
        return Raw(Sum(block)).Raw(data).Raw(new byte[(512 - data.Length % 512) % 512]);
    }

    /// <summary>Extended records for the entry that follows.</summary>
    public TarBuilder Pax(params (string Key, string Value)[] records)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in records)
        {
            var rest = Encoding.UTF8.GetByteCount($" {key}={value}\n");
            var length = rest + 1;
            while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
                length++;
            text.Append(CultureInfo.InvariantCulture, $"{length} {key}={value}\n");
        }
        return Entry('x', "pax", Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public TarBuilder Raw(byte[] content)
    {
        bytes.AddRange(content);
        return this;
    }

    public byte[] Build(bool withEnd = true) => [.. bytes, .. withEnd ? new byte[1024] : []];

    public static byte[] Sum(byte[] block)
    {
        Put(block, 148, 8, "        ");
        Put(block, 148, 8, Octal(block.Sum(b => b), 6) + "\0 ");
        return block;
    }

    public static void Put(byte[] block, int at, int length, string text) => Encoding.Latin1.GetBytes(text.Length > length ? text[..length] : text, block.AsSpan(at));

    private static string Octal(long number, int digits) => Convert.ToString(number, 8).PadLeft(digits, '0');
}
