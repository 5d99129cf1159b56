namespace Kontrakt.Engine.Pods.Network.Dns;

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
