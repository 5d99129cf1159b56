using System.Net;
using System.Net.Sockets;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>
/// All names there are: those of cluster.local, by the Kubernetes specification "DNS-Based Service Discovery", and the addresses of the
/// cluster. Any other name does not exist: there is no network that it could lead to, and a refusal instead would keep a client waiting
/// (some ask again until their time is up).
/// </summary>
public sealed class ClusterZone(ObjectStore store)
{
    /// <summary>Of aliases that lead to aliases.</summary>
    private const int LongestChain = 8;
    private static readonly DnsName Origin = DnsName.Parse("cluster.local");
    private static readonly DnsRecord StartOfAuthority =
        new DnsRecord.Authority(Origin, DnsName.Parse("ns.dns.cluster.local"), DnsName.Parse("hostmaster.cluster.local"));

    private readonly ServiceNames services = new(store);

    public DnsAnswer Answer(DnsName name, DnsType type) => Answer(name, type, 0);

    private DnsAnswer Answer(DnsName name, DnsType type, int depth)
    {
        string[] labels = [.. name.Labels.Select(label => label.ToLowerInvariant())];
        if (labels is [.. var reversed, "in-addr", "arpa"])
            return Found(type, services.PointersTo(reversed));
        if (labels is not [.. var inside, "cluster", "local"])
            return new(DnsResponseCode.NameError);
        var answer = Found(type, Records(inside, type));
        return depth < LongestChain ? Follow(answer, type, depth) : answer;
    }

    /// <returns>null for a name that does not exist; without records, it exists and has none of that type.</returns>
    private IReadOnlyList<DnsRecord>? Records(string[] labels, DnsType type) => labels switch
    {
        [] => type switch
        {
            DnsType.Soa => [StartOfAuthority],
            DnsType.NS => [new DnsRecord.Pointer(null, DnsType.NS, DnsName.Parse("ns.dns.cluster.local"))],
            _ => [],
        },
        ["dns-version"] => [new DnsRecord.Text(null, "1.1.0")],
        ["dns"] => [],
        ["ns", "dns"] => [new DnsRecord.Address(null, ClusterAddresses.Dns)],
        ["svc"] or ["pod"] => [],
        [var space, "svc" or "pod"] => Exists(space) ? [] : null,
        [var address, var space, "pod"] => Exists(space) && IPAddress.TryParse(address.Replace('-', '.'), out var parsed)
            && parsed.AddressFamily == AddressFamily.InterNetwork && address.Count(letter => letter == '-') == 3
            ? [new DnsRecord.Address(null, parsed)] : null,
        [var service, var space, "svc"] => services.OfService(space, service, type),
        [var host, var service, var space, "svc"] => services.OfEndpoint(space, service, host),
        [['_', .. var port], ['_', .. var protocol], var service, var space, "svc"] => services.OfPort(space, service, port, protocol),
        _ => null,
    };

    private bool Exists(string space) => store.Find(new(Kinds.Namespace, "", space)) is not null;

    private DnsAnswer Found(DnsType type, IReadOnlyList<DnsRecord>? records)
    {
        if (records is null)
            return new(DnsResponseCode.NameError) { Authority = [StartOfAuthority] };
        DnsRecord[] wanted = [.. records.Where(record => type == DnsType.Any || record.Type == type || record.Type == DnsType.CName)];
        if (wanted.Length == 0)
            return new(DnsResponseCode.NoError) { Authority = [StartOfAuthority] };
        // Who takes the first takes another one each time.
        Random.Shared.Shuffle(wanted);
        return new(DnsResponseCode.NoError) { Records = wanted, Additional = [.. wanted.OfType<DnsRecord.Service>().SelectMany(Targets)] };
    }

    /// <summary>Adds what an alias leads to, where that is in the cluster.</summary>
    private DnsAnswer Follow(DnsAnswer answer, DnsType type, int depth)
    {
        if (type == DnsType.CName || answer.Records is not [DnsRecord.Pointer { Type: DnsType.CName, Target: var target }]
            || target.Labels is not [.., var first, var second] || !$"{first}.{second}".Equals("cluster.local", StringComparison.OrdinalIgnoreCase))
            return answer;
        var end = Answer(target, type, depth + 1);
        return end with { Records = [.. answer.Records, .. end.Records.Select(record => record with { Name = record.Name ?? target })] };
    }

    private IEnumerable<DnsRecord> Targets(DnsRecord.Service service) =>
        Answer(service.Target, DnsType.A, LongestChain).Records.Select(record => record with { Name = service.Target });
}
