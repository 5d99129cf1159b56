using System.Net;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>One record of an answer.</summary>
/// <param name="Name">null for the name that was asked for.</param>
public abstract record DnsRecord(DnsName? Name, DnsType Type)
{
    public sealed record Address(DnsName? Name, IPAddress Value) : DnsRecord(Name, DnsType.A);

    /// <summary>CNAME, PTR and NS.</summary>
    public sealed record Pointer(DnsName? Name, DnsType Type, DnsName Target) : DnsRecord(Name, Type);

    public sealed record Service(DnsName? Name, ushort Weight, ushort Port, DnsName Target) : DnsRecord(Name, DnsType.Srv);

    public sealed record Text(DnsName? Name, string Value) : DnsRecord(Name, DnsType.Txt);

    /// <summary>SOA: in an answer that there is nothing, how long that holds.</summary>
    public sealed record Authority(DnsName? Name, DnsName Server, DnsName Mailbox) : DnsRecord(Name, DnsType.Soa);
}
