using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>
/// A pod's /etc/resolv.conf, by its dnsPolicy and dnsConfig. The policy "Default" means the name server of the cluster without its search
/// domains: the machine's own cannot be reached from a pod.
/// </summary>
public static class ResolvConf
{
    private const int MostServers = 3;

    public static string Of(KubernetesObject pod, string podNamespace)
    {
        var policy = pod.Text("spec", "dnsPolicy");
        IEnumerable<string> servers = policy == "None" ? [] : [ClusterAddresses.Dns.ToString()];
        IEnumerable<string> searches = policy is "None" or "Default" ? [] : [$"{podNamespace}.svc.cluster.local", "svc.cluster.local", "cluster.local"];
        IEnumerable<KeyValuePair<string, string>> options = policy is "None" or "Default" ? [] : [new("ndots", "5")];
        var text = new StringBuilder();
        Line(text, "search", searches.Concat(Texts(pod, "searches")).Distinct());
        foreach (var server in servers.Concat(Texts(pod, "nameservers")).Distinct().Take(MostServers))
            Line(text, "nameserver", [server]);
        Line(text, "options", Options(pod, options));
        return text.ToString();
    }

    /// <summary>The pod's own replace those of the policy.</summary>
    private static IEnumerable<string> Options(KubernetesObject pod, IEnumerable<KeyValuePair<string, string>> options)
    {
        var all = new OrderedDictionary<string, string>(options);
        foreach (var option in pod.Items("spec", "dnsConfig", "options"))
            all[new KubernetesObject(option).Text("name")] = new KubernetesObject(option).Text("value");
        return all.Select(option => option.Value.Length == 0 ? option.Key : $"{option.Key}:{option.Value}");
    }

    private static IEnumerable<string> Texts(KubernetesObject pod, string field) =>
        (pod.At("spec", "dnsConfig", field) as JsonArray)?.Select(item => item?.ToString() ?? "").Where(item => item.Length > 0) ?? [];

    private static void Line(StringBuilder text, string keyword, IEnumerable<string> values)
    {
        var line = string.Join(' ', values);
        if (line.Length > 0)
            text.Append(keyword).Append(' ').Append(line).Append('\n');
    }
}
