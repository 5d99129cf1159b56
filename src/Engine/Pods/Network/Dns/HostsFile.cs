using System.Net;
using System.Text;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Pods.Network.Dns;

/// <summary>A pod's /etc/hosts, as the kubelet writes it.</summary>
public static class HostsFile
{
    private const string Head = """
        # Kubernetes-managed hosts file.
        127.0.0.1	localhost
        ::1	localhost ip6-localhost ip6-loopback
        fe00::0	ip6-localnet
        fe00::0	ip6-mcastprefix
        fe00::1	ip6-allnodes
        fe00::2	ip6-allrouters

        """;

    /// <param name="host">Its host name.</param>
    public static string Of(KubernetesObject pod, string podNamespace, string host, IPAddress address)
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        text.Append(address).Append('\t');
        if (pod.Text("spec", "subdomain") is { Length: > 0 } subdomain)
            text.Append(host).Append('.').Append(subdomain).Append('.').Append(podNamespace).Append(".svc.cluster.local\t");
        text.Append(host).Append('\n');
        var aliases = pod.Items("spec", "hostAliases").Select(alias => new KubernetesObject(alias)).ToArray();
        if (aliases.Length > 0)
            text.Append("\n# Entries added by HostAliases.\n");
        foreach (var alias in aliases)
            text.Append(alias.Text("ip")).Append('\t').AppendJoin('\t', alias.Texts("hostnames")).Append('\n');
        return text.ToString();
    }
}
