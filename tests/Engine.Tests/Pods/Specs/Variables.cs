using System.Text.Json.Nodes;
using Kontrakt.Engine.Pods.Specs;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Engine.Tests.Pods.Specs;

/// <summary>A container's environment is what its pod's spec says, in Kubernetes' own syntax.</summary>
[TestClass]
public sealed class Variables
{
    private readonly ClusterObjects objects = new(new(), [], TimeProvider.System);

    [TestMethod]
    [DataRow("$(A)", "1")]
    [DataRow("x$(A)y$(B)z", "x1y2z")]
    [DataRow("$$(A)", "$(A)")]
    [DataRow("$$$(A)", "$1")]
    [DataRow("$(NO)", "$(NO)")]
    [DataRow("$(A", "$(A")]
    [DataRow("$A $", "$A $")]
    [DataRow("$()", "$()")]
    [DataRow("", "")]
    public void ReferencesAreExpandedAndEscapesAreNot(string text, string expected)
    {
        Assert.AreEqual(expected, VariableExpansion.Expand(text, new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" }));
    }

    [TestMethod]
    public void WhatExpandsToMoreThanAProgramCanGetIsRefused()
    {
        static string Ten(string name) => string.Concat(Enumerable.Repeat($"$({name})", 10));

        var refused = Assert.ThrowsExactly<ContainerConfigException>(() => Read($$"""
            {"containers": [{"name": "main", "env": [{"name": "A", "value": "{{new string('a', 1000)}}"}, {"name": "B", "value": "{{Ten("A")}}"}, {"name": "C", "value": "{{Ten("B")}}"}, {"name": "D", "value": "{{Ten("C")}}"}]}]}
            """));

        Assert.Contains("a text with $(C) expands to more than 128 KiB", refused.Message);
    }

    [TestMethod]
    public void EachSourceIsOverThoseBeforeIt()
    {
        Config("ConfigMap", "cm", """{"A": "from", "B": "from"}""");
        Config("Secret", "s", """{"C": "c2VjcmV0"}""");

        var variables = Read("""
            {"containers": [{"name": "main",
              "envFrom": [{"configMapRef": {"name": "cm"}}, {"prefix": "P_", "secretRef": {"name": "s"}}, {"configMapRef": {"name": "none", "optional": true}}],
              "env": [{"name": "B", "value": "own"}, {"name": "D", "value": "$(A) $(B) $(LATER)"}, {"name": "LATER", "value": "x"},
                      {"name": "E", "valueFrom": {"secretKeyRef": {"name": "s", "key": "C"}}}, {"name": "F", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "no", "optional": true}}}]}]}
            """);

        Assert.AreEqual(("from", "own", "secret", "from own $(LATER)", "secret"), (variables["A"], variables["B"], variables["P_C"], variables["D"], variables["E"]));
        Assert.IsFalse(variables.ContainsKey("F"));
    }

    [TestMethod]
    [DataRow("""{"configMapKeyRef": {"name": "none", "key": "k"}}""", "configmap \"none\" not found")]
    [DataRow("""{"secretKeyRef": {"name": "none", "key": "k"}}""", "secret \"none\" not found")]
    [DataRow("""{"configMapKeyRef": {"name": "cm", "key": "k"}}""", "couldn't find key k in ConfigMap ns/cm")]
    public void WhatIsMissingIsNamedAsTheKubeletNamesIt(string from, string message)
    {
        Config("ConfigMap", "cm", """{"A": "x"}""");

        var missing = Assert.ThrowsExactly<ContainerConfigException>(() => Read($$"""{"containers": [{"name": "main", "env": [{"name": "A", "valueFrom": {{from}} }]}]}"""));

        Assert.AreEqual(message, missing.Message);
    }

    [TestMethod]
    [DataRow("metadata.name", "p")]
    [DataRow("metadata.namespace", "ns")]
    [DataRow("metadata.labels['a/b']", "1")]
    [DataRow("metadata.annotations['none']", "")]
    [DataRow("metadata.labels", "a/b=\"1\"\nc=\"quo\\\"te\"")]
    [DataRow("spec.serviceAccountName", "sa")]
    public void APodIsToldOfItself(string path, string expected)
    {
        var pod = PodJson.Define("""{"serviceAccountName": "sa", "containers": [{"name": "main"}]}""", objects, """{"labels": {"c": "quo\"te", "a/b": "1"}}""");

        Assert.AreEqual(expected, FieldReferences.Field(pod.View, path));
    }

    [TestMethod]
    [DataRow("limits.cpu", "1", "2")]
    [DataRow("limits.cpu", "1m", "1500")]
    [DataRow("limits.memory", "1Mi", "64")]
    [DataRow("requests.memory", "1", "67108864")]
    [DataRow("limits.ephemeral-storage", "1", "1000")]
    public void ResourcesAreToldInWholeUnits(string resource, string divisor, string expected)
    {
        var pod = PodJson.Define("""{"containers": [{"name": "main", "resources": {"limits": {"cpu": "1500m", "memory": "64Mi"}}}]}""", objects);
        var reference = new JsonObject { ["resource"] = resource, ["divisor"] = divisor };

        Assert.AreEqual(expected, FieldReferences.Resource(pod, pod.Main[0], reference, new(4, 8, 1000, 110)));
    }

    [TestMethod]
    public void ServicesOfTheNamespaceAndTheApiServerAreTold()
    {
        Service("default", "kubernetes", """{"clusterIP": "10.96.0.1", "ports": [{"name": "https", "port": 443}]}""");
        Service("ns", "my-db", """{"clusterIP": "10.96.0.7", "ports": [{"port": 5432, "protocol": "TCP"}, {"name": "dns-udp", "port": 53, "protocol": "UDP"}]}""");
        Service("ns", "headless", """{"clusterIP": "None", "ports": [{"port": 1}]}""");
        Service("other", "far", """{"clusterIP": "10.96.0.8", "ports": [{"port": 1}]}""");

        var variables = Read("""{"containers": [{"name": "main", "env": [{"name": "URL", "value": "$(MY_DB_SERVICE_HOST)"}]}]}""");

        Assert.AreEqual(("10.96.0.1", "443", "443"), (variables["KUBERNETES_SERVICE_HOST"], variables["KUBERNETES_SERVICE_PORT"], variables["KUBERNETES_SERVICE_PORT_HTTPS"]));
        Assert.AreEqual(("tcp://10.96.0.7:5432", "udp", "53", "10.96.0.7"), (variables["MY_DB_PORT"], variables["MY_DB_PORT_53_UDP_PROTO"], variables["MY_DB_SERVICE_PORT_DNS_UDP"], variables["URL"]));
        Assert.IsFalse(variables.Keys.Any(name => name.StartsWith("HEADLESS", StringComparison.Ordinal) || name.StartsWith("FAR", StringComparison.Ordinal)));
        Assert.IsFalse(Read("""{"enableServiceLinks": false, "containers": [{"name": "main"}]}""").ContainsKey("MY_DB_PORT"));
    }

    [TestMethod]
    [DataRow("1", "1")]
    [DataRow("100m", "0.1")]
    [DataRow("1.5Gi", "1610612736")]
    [DataRow("2e3", "2000")]
    [DataRow("1E", "1000000000000000000")]
    [DataRow("x", null)]
    [DataRow("", null)]
    [DataRow("1Zi", null)]
    public void QuantitiesAreRead(string text, string? expected)
    {
        Assert.AreEqual(expected, Quantity.Read(text)?.Amount.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture));
    }

    private Dictionary<string, string> Read(string spec)
    {
        var pod = new PodDefinition(new ObjectStore().Add(new(Kinds.Pod, "ns", "p"), () => PodJson.Pod(spec)));
        return new ContainerVariables(pod, pod.View, pod.Main[0], objects.Store, new(1, 1, 1, 1)).Read();
    }

    private void Config(string kind, string name, string data) => objects.Create(kind == "Secret" ? Kinds.Secret : Kinds.ConfigMap, "ns", new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = PodJson.Parse(data),
    });

    private void Service(string inNamespace, string name, string spec) => objects.Create(Kinds.Service, inNamespace, new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = PodJson.Parse(spec),
    });
}
