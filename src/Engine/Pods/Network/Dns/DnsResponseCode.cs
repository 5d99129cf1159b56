namespace Kontrakt.Engine.Pods.Network.Dns;

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
