using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>Writes an answer, as much of it as the receiver takes: whole records, names compressed.</summary>
internal sealed class DnsWriter
{
    private const uint TimeToLive = 5;
    private const ushort Internet = 1;
    private const int LastPointer = 0x3FFF;
    private const ushort OurPayloadSize = 1232;
    private const int ExtensionLength = 11;
    /// <summary>Outside of Latin-1, so in no label.</summary>
    private const char Separator = '\u0100';
    private readonly List<byte> bytes = [];
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);

    private readonly DnsName question;

    private DnsWriter(DnsRequest request)
    {
        question = request.Name ?? DnsName.Parse("");
        bytes.AddRange(new byte[DnsRequest.HeaderLength]);
        var place = bytes.Count;
        for (var first = 0; first < question.Labels.Count; place += question.Labels[first++].Length + 1)
            names[Suffix(question.Labels, first)] = place;
        bytes.AddRange(request.Question.Span);
    }

    /// <param name="limit">The longest message that the receiver takes.</param>
    internal static byte[] Write(DnsRequest request, DnsAnswer answer, int limit)
    {
        var writer = new DnsWriter(request);
        var room = limit - (request.PayloadSize is null ? 0 : ExtensionLength);
        var answers = writer.Records(answer.Records, room);
        var whole = answers == answer.Records.Count;
        var authority = whole ? writer.Records(answer.Authority, room) : 0;
        var additional = whole ? writer.Records(answer.Additional, room) : 0;
        if (request.PayloadSize is not null)
        {
            writer.Extension((int)answer.Code >> 4);
            additional++;
        }
        writer.Header(request, answer.Code, whole, answers, authority, additional);
        return [.. writer.bytes];
    }

    private void Header(DnsRequest request, DnsResponseCode code, bool whole, int answers, int authority, int additional)
    {
        // An answer, authoritative, recursion available (there is nobody else to ask); opcode and "recursion desired" as asked.
        var flags = 0x8480 | (request.Flags & 0x7900) | (whole ? 0 : 0x0200) | ((int)code & 0xF);
        Put(0, request.Id);
        Put(2, flags);
        Put(4, request.Question.IsEmpty ? 0 : 1);
        Put(6, answers);
        Put(8, authority);
        Put(10, additional);
    }

    /// <returns>How many there was room for.</returns>
    private int Records(IReadOnlyList<DnsRecord> records, int room)
    {
        for (var number = 0; number < records.Count; number++)
        {
            var before = bytes.Count;
            Record(records[number]);
            if (bytes.Count <= room)
                continue;
            bytes.RemoveRange(before, bytes.Count - before);
            foreach (var (name, _) in names.Where(name => name.Value >= before).ToArray())
                names.Remove(name);
            return number;
        }
        return records.Count;
    }

    private void Record(DnsRecord record)
    {
        Name(record.Name ?? question);
        Number((ushort)record.Type);
        Number(Internet);
        Number(TimeToLive);
        var place = bytes.Count;
        Number((ushort)0);
        Data(record);
        Put(place, bytes.Count - place - 2);
    }

    private void Data(DnsRecord record)
    {
        switch (record)
        {
            case DnsRecord.Address address:
                bytes.AddRange(address.Value.GetAddressBytes());
                break;
            case DnsRecord.Pointer pointer:
                Name(pointer.Target);
                break;
            case DnsRecord.Service service:
                Number((ushort)0);
                Number(service.Weight);
                Number(service.Port);
                // Not compressed: RFC 2782.
                Plain(service.Target);
                break;
            case DnsRecord.Text text:
                bytes.Add((byte)text.Value.Length);
                bytes.AddRange(Encoding.Latin1.GetBytes(text.Value));
                break;
            case DnsRecord.Authority authority:
                Name(authority.Server);
                Name(authority.Mailbox);
                foreach (var number in (ReadOnlySpan<uint>)[1, 7200, 1800, 86400, TimeToLive])
                    Number(number);
                break;
        }
    }

    /// <summary>RFC 6891, 6.1.2.</summary>
    private void Extension(int extendedCode)
    {
        bytes.Add(0);
        Number((ushort)DnsType.Opt);
        Number(OurPayloadSize);
        Number((uint)extendedCode << 24);
        Number((ushort)0);
    }

    /// <summary>As far as it has not been written before; from there a pointer.</summary>
    private void Name(DnsName name)
    {
        for (var first = 0; first < name.Labels.Count; first++)
        {
            if (names.TryGetValue(Suffix(name.Labels, first), out var known))
            {
                Number((ushort)(0xC000 | known));
                return;
            }
            if (bytes.Count <= LastPointer)
                names[Suffix(name.Labels, first)] = bytes.Count;
            Label(name.Labels[first]);
        }
        bytes.Add(0);
    }

    private void Plain(DnsName name)
    {
        foreach (var label in name.Labels)
            Label(label);
        bytes.Add(0);
    }

    private void Label(string label)
    {
        bytes.Add((byte)label.Length);
        bytes.AddRange(Encoding.Latin1.GetBytes(label));
    }

    private static string Suffix(IReadOnlyList<string> labels, int first) => string.Join(Separator, labels.Skip(first));

    private void Number(ushort value)
    {
        bytes.Add((byte)(value >> 8));
        bytes.Add((byte)value);
    }

    private void Number(uint value)
    {
        Number((ushort)(value >> 16));
        Number((ushort)value);
    }

    private void Put(int place, int value) =>
        BinaryPrimitives.WriteUInt16BigEndian(CollectionsMarshal.AsSpan(bytes)[place..], (ushort)value);
}
