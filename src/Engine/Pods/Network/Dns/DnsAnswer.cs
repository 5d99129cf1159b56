using System.Net;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>What is known of a name.</summary>
public sealed record DnsAnswer(DnsResponseCode Code)
{
    public IReadOnlyList<DnsRecord> Records { get; init; } = [];
    public IReadOnlyList<DnsRecord> Authority { get; init; } = [];
    public IReadOnlyList<DnsRecord> Additional { get; init; } = [];
}

public enum DnsResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
    /// <summary>EDNS: a version that is not known.</summary>
    BadVersion = 16,
}

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

/// <summary>Types of records and questions; others are asked for, and not known.</summary>
public enum DnsType : ushort
{
    A = 1,
    NS = 2,
    CName = 5,
    Soa = 6,
    Ptr = 12,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Opt = 41,
    Any = 255,
}
