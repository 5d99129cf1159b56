using System.Buffers.Binary;
using System.Net;
using System.Text;
using Kontrakt.Engine.Pods.Network.Dns;

namespace Engine.Tests.Pods.Network.Dns;

/// <summary>Writes questions and reads answers, by RFC 1035 and with no code of the server's.</summary>
internal static class DnsClient
{
    internal static byte[] Question(string name, DnsType type, int? payload = null, ushort id = 0x1234, byte version = 0)
    {
        List<byte> bytes = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(payload is null ? 0 : 1)];
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
            bytes.AddRange([(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        bytes.AddRange([0, 0, (byte)type, 0, 1]);
        if (payload is { } size)
            bytes.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, version, 0, 0, 0, 0]);
        return [.. bytes];
    }

    internal static Reply Read(byte[]? message)
    {
        Assert.IsNotNull(message);
        var place = 12;
        var (question, answers, authority, additional) = (Number(message, 4), new List<string>(), new List<string>(), new List<string>());
        var asked = "";
        for (var number = 0; number < question; number++, place += 4)
            asked = Name(message, ref place);
        foreach (var (list, count) in (ReadOnlySpan<(List<string>, int)>)[(answers, Number(message, 6)), (authority, Number(message, 8)), (additional, Number(message, 10))])
            for (var number = 0; number < count; number++)
                list.Add(Record(message, ref place));
        Assert.AreEqual(message.Length, place, "nothing follows the last record");
        return new(Number(message, 0), message[3] & 0xF, (message[2] & 2) != 0, asked, answers, authority, additional);
    }

    private static string Record(byte[] message, ref int place)
    {
        var name = Name(message, ref place);
        var (type, length) = ((DnsType)Number(message, place), Number(message, place + 8));
        if (type != DnsType.Opt)
            Assert.AreEqual(5u, BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(place + 4)), "time to live");
        var extended = message[place + 4];
        place += 10;
        var data = place;
        place += length;
        var value = type switch
        {
            DnsType.A => new IPAddress(message.AsSpan(data, length)).ToString(),
            DnsType.CName or DnsType.Ptr or DnsType.NS => Name(message, ref data),
            DnsType.Srv => $"{Number(message, data)} {Number(message, data + 2)} {Number(message, data + 4)} {NameAt(message, data + 6)}",
            DnsType.Txt => Encoding.ASCII.GetString(message, data + 1, message[data]),
            DnsType.Soa => Name(message, ref data),
            _ => $"{extended}",
        };
        return $"{name} {type} {value}";
    }

    private static string NameAt(byte[] message, int place) => Name(message, ref place);

    private static string Name(byte[] message, ref int place)
    {
        var labels = new List<string>();
        for (int length; (length = message[place++]) != 0;)
        {
            if (length >= 0xC0)
            {
                var target = (length & 0x3F) << 8 | message[place++];
                Assert.IsLessThan(place - 2, target, "a pointer points back");
                return string.Join('.', [.. labels, NameAt(message, target)]);
            }
            labels.Add(Encoding.ASCII.GetString(message, place, length));
            place += length;
        }
        return string.Join('.', labels);
    }

    private static int Number(byte[] message, int place) => BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(place));

    internal sealed record Reply(int Id, int Code, bool Truncated, string Asked, IReadOnlyList<string> Answers, IReadOnlyList<string> Authority, IReadOnlyList<string> Additional)
    {
        /// <summary>"NOERROR: record | record".</summary>
        internal string Summary => $"{Code}: {string.Join(" | ", Answers.Order(StringComparer.Ordinal))}";
    }
}
