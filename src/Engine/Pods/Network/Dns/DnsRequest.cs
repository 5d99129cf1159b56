using System.Buffers.Binary;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>A message of a client (RFC 1035, 4; RFC 6891 for EDNS).</summary>
/// <param name="Question">The bytes of its question, which the answer repeats as they are; empty where there is none that can be read.</param>
/// <param name="Fault">What keeps it from being answered; null for nothing.</param>
/// <param name="PayloadSize">How long a datagram its sender takes; null where it does not speak EDNS.</param>
public sealed record DnsRequest(ushort Id, ushort Flags, ReadOnlyMemory<byte> Question, DnsName? Name, DnsType Type, DnsResponseCode? Fault, ushort? PayloadSize)
{
    internal const int HeaderLength = 12;
    private const ushort ResponseFlag = 0x8000;
    private const int OpcodeMask = 0x7800;
    private const ushort Internet = 1;
    private const ushort AnyClass = 255;

    /// <returns>null for what gets no answer: too short to have a header, or an answer itself.</returns>
    public static DnsRequest? Parse(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderLength)
            return null;
        var flags = Number(message, 2);
        if ((flags & ResponseFlag) != 0)
            return null;
        var request = new DnsRequest(Number(message, 0), flags, default, null, default, null, null);
        if ((flags & OpcodeMask) != 0)
            return request with { Fault = DnsResponseCode.NotImplemented };
        var place = HeaderLength;
        if (Number(message, 4) != 1 || DnsName.Read(message, ref place) is not { } name || place + 4 > message.Length)
            return request with { Fault = DnsResponseCode.FormatError };
        var (type, classOf) = ((DnsType)Number(message, place), Number(message, place + 2));
        place += 4;
        request = request with { Question = message[HeaderLength..place].ToArray(), Name = name, Type = type };
        request = request.WithExtension(message, place);
        return request.Fault is null && classOf is not (Internet or AnyClass) ? request with { Fault = DnsResponseCode.Refused } : request;
    }

    /// <summary>Looks for the OPT record among those behind the question.</summary>
    private DnsRequest WithExtension(ReadOnlySpan<byte> message, int place)
    {
        var request = this;
        for (var rest = Number(message, 6) + Number(message, 8) + Number(message, 10); rest > 0; rest--)
        {
            const int AfterName = 10;
            if (!DnsName.Skip(message, ref place) || place + AfterName > message.Length)
                return request with { Fault = DnsResponseCode.FormatError };
            if ((DnsType)Number(message, place) == DnsType.Opt)
            {
                if (request.PayloadSize is not null)
                    return request with { Fault = DnsResponseCode.FormatError };
                var version = message[place + 5];
                request = request with { PayloadSize = Number(message, place + 2), Fault = version == 0 ? null : DnsResponseCode.BadVersion };
            }
            place += AfterName + Number(message, place + 8);
            if (place > message.Length)
                return request with { Fault = DnsResponseCode.FormatError };
        }
        return request;
    }

    private static ushort Number(ReadOnlySpan<byte> message, int place) => BinaryPrimitives.ReadUInt16BigEndian(message[place..]);
}
