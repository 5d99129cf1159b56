using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Network;
using Kontrakt.Engine.Pods.Network.Dns;
using Kontrakt.Engine.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Engine.Tests.Pods.Network.Dns;

/// <summary>Each name of the Kubernetes DNS specification has its records, and no other name exists.</summary>
[TestClass]
public sealed class NamesOfTheCluster : IDisposable
{
    private readonly ObjectStore store = new();
    private readonly ClusterDns dns;
    private readonly NodeNetwork node = NetworkRights.OrSkip(NodeNetwork.Create);

    public NamesOfTheCluster()
    {
        dns = new(node, new(store), NullLogger.Instance);
        Put(Kinds.Namespace, "", "shop", "{}");
        Put(Kinds.Service, "shop", "web", """{"spec":{"clusterIP":"10.96.5.5","ports":[{"name":"http","port":80,"protocol":"TCP"},{"name":"dns","port":53,"protocol":"UDP"}]}}""");
        Put(Kinds.Service, "shop", "db", """{"spec":{"clusterIP":"None","ports":[{"name":"sql","port":5432}]}}""");
        Put(Kinds.Endpoints, "shop", "db", """
            {"subsets":[{"addresses":[{"ip":"10.244.0.7","hostname":"db-0"},{"ip":"10.244.0.8"}],
            "notReadyAddresses":[{"ip":"10.244.0.9","hostname":"db-2"}],"ports":[{"name":"sql","port":5432,"protocol":"TCP"}]}]}
            """);
        Put(Kinds.Service, "shop", "empty", """{"spec":{"clusterIP":"None"}}""");
        Put(Kinds.Service, "shop", "outside", """{"spec":{"type":"ExternalName","externalName":"db.example.com"}}""");
        Put(Kinds.Service, "shop", "alias", """{"spec":{"type":"ExternalName","externalName":"web.shop.svc.cluster.local"}}""");
        Put(Kinds.Service, "shop", "circle", """{"spec":{"type":"ExternalName","externalName":"circle.shop.svc.cluster.local"}}""");
    }

    public void Dispose() => node.Dispose();

    [TestMethod]
    [DataRow("web.shop.svc.cluster.local", DnsType.A, "0: web.shop.svc.cluster.local A 10.96.5.5")]
    [DataRow("WEB.Shop.svc.Cluster.LOCAL", DnsType.A, "0: WEB.Shop.svc.Cluster.LOCAL A 10.96.5.5")]
    [DataRow("web.shop.svc.cluster.local", DnsType.Aaaa, "0: ")]
    [DataRow("web.shop.svc.cluster.local", (DnsType)65, "0: ")]
    [DataRow("db.shop.svc.cluster.local", DnsType.A, "0: db.shop.svc.cluster.local A 10.244.0.7 | db.shop.svc.cluster.local A 10.244.0.8")]
    [DataRow("db-0.db.shop.svc.cluster.local", DnsType.A, "0: db-0.db.shop.svc.cluster.local A 10.244.0.7")]
    [DataRow("10-244-0-8.db.shop.svc.cluster.local", DnsType.A, "0: 10-244-0-8.db.shop.svc.cluster.local A 10.244.0.8")]
    [DataRow("db-2.db.shop.svc.cluster.local", DnsType.A, "3: ")]
    [DataRow("empty.shop.svc.cluster.local", DnsType.A, "3: ")]
    [DataRow("_http._tcp.web.shop.svc.cluster.local", DnsType.Srv, "0: _http._tcp.web.shop.svc.cluster.local Srv 0 100 80 web.shop.svc.cluster.local")]
    [DataRow("_dns._udp.web.shop.svc.cluster.local", DnsType.Srv, "0: _dns._udp.web.shop.svc.cluster.local Srv 0 100 53 web.shop.svc.cluster.local")]
    [DataRow("_dns._tcp.web.shop.svc.cluster.local", DnsType.Srv, "3: ")]
    [DataRow("_sql._tcp.db.shop.svc.cluster.local", DnsType.Srv, "0: _sql._tcp.db.shop.svc.cluster.local Srv 0 50 5432 10-244-0-8.db.shop.svc.cluster.local | _sql._tcp.db.shop.svc.cluster.local Srv 0 50 5432 db-0.db.shop.svc.cluster.local")]
    [DataRow("outside.shop.svc.cluster.local", DnsType.A, "0: outside.shop.svc.cluster.local CName db.example.com")]
    [DataRow("alias.shop.svc.cluster.local", DnsType.A, "0: alias.shop.svc.cluster.local CName web.shop.svc.cluster.local | web.shop.svc.cluster.local A 10.96.5.5")]
    [DataRow("alias.shop.svc.cluster.local", DnsType.CName, "0: alias.shop.svc.cluster.local CName web.shop.svc.cluster.local")]
    [DataRow("5.5.96.10.in-addr.arpa", DnsType.Ptr, "0: 5.5.96.10.in-addr.arpa Ptr web.shop.svc.cluster.local")]
    [DataRow("7.0.244.10.in-addr.arpa", DnsType.Ptr, "0: 7.0.244.10.in-addr.arpa Ptr db-0.db.shop.svc.cluster.local")]
    [DataRow("77.0.244.10.in-addr.arpa", DnsType.Ptr, "3: ")]
    [DataRow("1-2-3-4.shop.pod.cluster.local", DnsType.A, "0: 1-2-3-4.shop.pod.cluster.local A 1.2.3.4")]
    [DataRow("1-2-3.shop.pod.cluster.local", DnsType.A, "3: ")]
    [DataRow("1-2-3-4.nowhere.pod.cluster.local", DnsType.A, "3: ")]
    [DataRow("shop.svc.cluster.local", DnsType.A, "0: ")]
    [DataRow("nowhere.svc.cluster.local", DnsType.A, "3: ")]
    [DataRow("web.nowhere.svc.cluster.local", DnsType.A, "3: ")]
    [DataRow("cluster.local", DnsType.A, "0: ")]
    [DataRow("dns-version.cluster.local", DnsType.Txt, "0: dns-version.cluster.local Txt 1.1.0")]
    [DataRow("web", DnsType.A, "3: ")]
    [DataRow("example.com", DnsType.A, "3: ")]
    [DataRow("", DnsType.NS, "3: ")]
    public void ANameHasTheseRecords(string name, DnsType type, string expected)
    {
        var reply = DnsClient.Read(dns.Answer(DnsClient.Question(name, type), stream: false));

        Assert.AreEqual(expected, reply.Summary);
        Assert.AreEqual((0x1234, name, false), (reply.Id, reply.Asked, reply.Truncated));
    }

    [TestMethod]
    public void WhatDoesNotExistSaysForHowLong()
    {
        var reply = DnsClient.Read(dns.Answer(DnsClient.Question("nothing.shop.svc.cluster.local", DnsType.A), stream: false));

        CollectionAssert.AreEqual(new[] { "cluster.local Soa ns.dns.cluster.local" }, reply.Authority.ToArray());
    }

    [TestMethod]
    public void ThePlaceOfAPortComesWithItsAddress()
    {
        var reply = DnsClient.Read(dns.Answer(DnsClient.Question("_sql._tcp.db.shop.svc.cluster.local", DnsType.Srv), stream: false));

        CollectionAssert.AreEquivalent(new[] { "db-0.db.shop.svc.cluster.local A 10.244.0.7", "10-244-0-8.db.shop.svc.cluster.local A 10.244.0.8" }, reply.Additional.ToArray());
    }

    [TestMethod]
    [Timeout(30_000)]
    public void AliasesThatLeadInACircleEnd()
    {
        var reply = DnsClient.Read(dns.Answer(DnsClient.Question("circle.shop.svc.cluster.local", DnsType.A), stream: false));

        Assert.AreEqual(0, reply.Code);
        Assert.IsNotEmpty(reply.Answers);
    }

    [TestMethod]
    public void AnswersChangeWithTheObjects()
    {
        store.Change(new(Kinds.Service, "shop", "web"), _ => null);

        Assert.AreEqual("3: ", DnsClient.Read(dns.Answer(DnsClient.Question("web.shop.svc.cluster.local", DnsType.A), stream: false)).Summary);
    }

    [TestMethod]
    [DataRow(null, false, 512, true)]
    [DataRow(1, false, 512, true)]
    [DataRow(4096, false, 1232, true)]
    [DataRow(null, true, 65535, false)]
    public void AnAnswerIsAsLongAsItsReceiverTakes(int? payload, bool stream, int most, bool truncated)
    {
        var addresses = string.Join(',', Enumerable.Range(1, 200).Select(number => $$"""{"ip":"10.244.1.{{number}}"}"""));
        Put(Kinds.Service, "shop", "many", """{"spec":{"clusterIP":"None"}}""");
        Put(Kinds.Endpoints, "shop", "many", $$"""{"subsets":[{"addresses":[{{addresses}}]}]}""");

        var message = dns.Answer(DnsClient.Question("many.shop.svc.cluster.local", DnsType.A, payload), stream);
        var reply = DnsClient.Read(message);

        Assert.IsLessThanOrEqualTo(most, message?.Length ?? 0);
        Assert.AreEqual(truncated, reply.Truncated);
        Assert.IsGreaterThan(truncated ? 20 : 199, reply.Answers.Count);
        Assert.AreEqual(payload is null ? 0 : 1, reply.Additional.Count);
    }

    private void Put(ResourceKind kind, string space, string name, string json)
    {
        var value = (JsonObject)JsonNode.Parse(json)!;
        value["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space };
        store.Add(new(kind, space, name), () => value);
    }
}
