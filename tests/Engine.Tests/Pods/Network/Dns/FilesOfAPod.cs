using System.Net;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network.Dns;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Pods.Network.Dns;

/// <summary>/etc/resolv.conf and /etc/hosts of a pod say what a kubelet's would.</summary>
[TestClass]
public sealed class FilesOfAPod
{
    [TestMethod]
    [DataRow("""{}""", "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n")]
    [DataRow("""{"dnsPolicy":"ClusterFirst","dnsConfig":{"nameservers":["9.9.9.9"],"searches":["my.dom"],"options":[{"name":"ndots","value":"2"},{"name":"edns0"}]}}""",
        "search shop.svc.cluster.local svc.cluster.local cluster.local my.dom\nnameserver 10.96.0.10\nnameserver 9.9.9.9\noptions ndots:2 edns0\n")]
    [DataRow("""{"dnsPolicy":"None","dnsConfig":{"nameservers":["9.9.9.9"],"options":[{"name":"edns0"}]}}""", "nameserver 9.9.9.9\noptions edns0\n")]
    [DataRow("""{"dnsPolicy":"Default"}""", "nameserver 10.96.0.10\n")]
    public void NamesAreLookedUpByPolicy(string spec, string expected) => Assert.AreEqual(expected, ResolvConf.Of(Pod(spec), "shop"));

    [TestMethod]
    public void HostsNameThePodAndItsAliases()
    {
        var pod = Pod("""{"hostname":"hh","subdomain":"sub","hostAliases":[{"ip":"1.2.3.4","hostnames":["x","yy"]},{"ip":"1.2.3.5","hostnames":["z"]}]}""");

        var text = HostsFile.Of(pod, "shop", "hh", IPAddress.Parse("10.244.0.146"));

        StringAssert.StartsWith(text, "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        StringAssert.EndsWith(text, """
            fe00::2	ip6-allrouters
            10.244.0.146	hh.sub.shop.svc.cluster.local	hh

            # Entries added by HostAliases.
            1.2.3.4	x	yy
            1.2.3.5	z

            """.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void APodOfNoSubdomainHasNoLongName() =>
        StringAssert.EndsWith(HostsFile.Of(Pod("{}"), "shop", "web", IPAddress.Parse("10.244.0.2")), "\n10.244.0.2\tweb\n");

    private static KubernetesObject Pod(string spec) => new(new JsonObject { ["metadata"] = new JsonObject { ["name"] = "web" }, ["spec"] = JsonNode.Parse(spec) });
}
