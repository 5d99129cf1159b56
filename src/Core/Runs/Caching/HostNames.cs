using System.Net;
using System.Text.RegularExpressions;

namespace Kontrakt.Runs;

/// <summary>Which names of hosts are a kontrakt's own: those of its services, and this machine's.</summary>
/// <param name="services">By name, whether it is headless: then its pods have names of their own.</param>
internal sealed partial class HostNames(IReadOnlyDictionary<string, bool> services)
{
    // What a value that follows is a host of; the "network address" of SQL Server among them.
    private const string Key = "(?<![A-Za-z])(server|host|hostname|data source|datasource|addr|address|endpoint|servers)";
    private static readonly string[] ClusterSuffixes = [".svc.cluster.local", ".svc"];

    /// <summary>The whole value of a variable, or of an entry of data, where it is named for a host, or can be nothing else, and the host is not the kontrakt's own; else null.</summary>
    public string? WholeOutside(string name, string value) =>
        value.Trim() is { Length: > 0 and < 254 } host && (NamedForHost().IsMatch(name) || HostAlone().IsMatch(host)) && !IsInside(host.Split(':')[0]) ? host : null;

    /// <summary>The hosts in a text (of URLs, and where a port follows) that are not the kontrakt's own. A name that is put together when it runs may be any.</summary>
    public IEnumerable<string> OutsideIn(string text) =>
        Urls().Matches(text).Where(url => url.Groups["scheme"].Value.ToLowerInvariant() is not ("file" or "unix"))
            .Select(url => HostOf(url.Groups["authority"].Value))
            .Concat(HostsWithPorts().Matches(text).Select(match => match.Groups["host"].Value))
            .Concat(ConnectionParts().Matches(text).Select(match => match.Groups["host"].Value))
            .Concat(Entries().Matches(text).Select(match => match.Groups["host"].Value))
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
            [var service] => services.ContainsKey(service),
            // Else it is another service, in a namespace that is called like one of the kontrakt's services.
            [_, var service] => services.GetValueOrDefault(service),
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

    // It begins at words' beginnings only: else a long text without spaces takes the square of its length.
    [GeneratedRegex("""(?<![A-Za-z0-9+.-])(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^\s/?#"'<>\\;,`|]*)""")]
    private static partial Regex Urls();

    // A name with dots and a port; behind a comma, as in lists of brokers, one without dots as well.
    [GeneratedRegex("""(?:(?<![\w./:@-])(?<host>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+\.?)|(?<=,)(?<host>[A-Za-z0-9.-]+)):[0-9]{1,5}(?![\w.:])""")]
    private static partial Regex HostsWithPorts();

    // As in connection strings of databases: Server=tcp:name,1433;... Host=name;...
    [GeneratedRegex(Key + @"\s*=\s*((tcp|np|lpc):)?(?<host>[A-Za-z0-9][A-Za-z0-9.-]*)", RegexOptions.IgnoreCase)]
    private static partial Regex ConnectionParts();

    // As in JSON and YAML: "Host": "name.with.dots". Here a word without dots is more often not a host.
    [GeneratedRegex(Key + """["']?\s*:\s*["']?(?<host>[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)+)(?![A-Za-z0-9-]|://)""", RegexOptions.IgnoreCase)]
    private static partial Regex Entries();

    // Files are named like hosts: by some endings always, by those that are domains as well only where there is one dot. Names of types (My.App) end with a capital.
    [GeneratedRegex(@"^(?!.*\.(json|ya?ml|xml|txt|conf|config|cfg|ini|toml|properties|pem|crt|cer|key|pfx|p12|js|mjs|ts|css|html?|dll|exe|db|sqlite|sock|log|pid|jar|csv|tsv|sql|gz|tar|tgz|png|jpg|svg|ico)$)(?![^.]*\.(sh|so|py|rb|rs|go|cs|java|md|zip)$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*\.([a-z]{2,}|[A-Z]{2,})\.?$")]
    private static partial Regex HostAlone();

    [GeneratedRegex("(^|_)(HOST|HOSTNAME|SERVER|SERVERS|ADDR|ADDRESS|ENDPOINT|DOMAIN)$", RegexOptions.IgnoreCase)]
    private static partial Regex NamedForHost();
}
