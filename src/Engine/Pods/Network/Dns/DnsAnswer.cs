namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>What is known of a name.</summary>
public sealed record DnsAnswer(DnsResponseCode Code)
{
    public IReadOnlyList<DnsRecord> Records { get; init; } = [];
    public IReadOnlyList<DnsRecord> Authority { get; init; } = [];
    public IReadOnlyList<DnsRecord> Additional { get; init; } = [];
}
