using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kontrakt.Settings;

/// <summary>One of several parts of the kontrakts, for machines that share the work. Which part a kontrakt is in depends on its name alone.</summary>
/// <param name="Index">From 1.</param>
public sealed record KontraktShard(int Index, int Count)
{
    /// <summary>Reads such as 2/5; null where it is not a shard.</summary>
    public static KontraktShard? Parse(string text) =>
        text.Split('/') is [var index, var count] && Read(index) is { } part && Read(count) is { } parts && part <= parts ? new(part, parts) : null;

    public bool Holds(string kontrakt) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(kontrakt))) % (ulong)Count == (ulong)(Index - 1);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    private static int? Read(string text) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
