using System.Net;
using System.Text.RegularExpressions;

namespace Kontrakt.Runs;

/// <summary>Which names of hosts are a kontrakt's own: those of its services, and this machine's.</summary>
internal sealed partial class HostNames(HashSet<string> services)
{
    private static readonly string[] ClusterSuffixes = [".svc.cluster.local", ".svc"];

    /// <summary>Whether a variable of this name holds a host.</summary>
    public static bool IsNamedForHost(string variable) => NamedForHost().IsMatch(variable);

    /// <summary>The hosts in a text (of URLs, and where a port follows) that are not the kontrakt's own. A name that is put together when it runs may be any.</summary>
    public IEnumerable<string> OutsideIn(string text) =>
        Urls().Matches(text).Where(url => url.Groups["scheme"].Value.ToLowerInvariant() is not ("file" or "unix"))
            .Select(url => HostOf(url.Groups["authority"].Value))
            .Concat(HostsWithPorts().Matches(text).Select(match => match.Groups["host"].Value))
            .Where(host => !IsInside(host));

    /// <summary>A service's name, alone or of one of its pods, or with the cluster's suffix; an address of the pod itself; nothing at all, or all addresses.</summary>
    public bool IsInside(string host)
    {
        host = host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        if (host is "" or "*" or "+" or "localhost" or "0.0.0.0" or "::" || host.EndsWith(".localhost", StringComparison.Ordinal))
            return true;
        if (IPAddress.TryParse(host, out var address))
            return IPAddress.IsLoopback(address);
        var suffix = ClusterSuffixes.FirstOrDefault(suffix => host.EndsWith(suffix, StringComparison.Ordinal));
        // With a suffix comes the namespace, which is another one in each run: who writes it down means one that is not the kontrakt's.
        return suffix is null && host.Split('.') switch
        {
            [var service] => services.Contains(service),
            [_, var service] => services.Contains(service),
            _ => false,
        };
    }

    private static string HostOf(string authority)
    {
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        if (authority.StartsWith('['))
            return authority.Split(']')[0];
        return authority.Split(':')[0];
    }

    [GeneratedRegex("""(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^\s/?#"'<>\\;,`|]*)""")]
    private static partial Regex Urls();

    // A name with dots and a port; behind a comma, as in lists of brokers, one without dots as well.
    [GeneratedRegex("""(?:(?<![\w./:@-])(?<host>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+\.?)|(?<=,)(?<host>[A-Za-z0-9.-]+)):[0-9]{1,5}(?![\w.:])""")]
    private static partial Regex HostsWithPorts();

    [GeneratedRegex("(^|_)(HOST|HOSTNAME|SERVER|SERVERS|ADDR|ADDRESS|ENDPOINT|DOMAIN)$", RegexOptions.IgnoreCase)]
    private static partial Regex NamedForHost();
}
