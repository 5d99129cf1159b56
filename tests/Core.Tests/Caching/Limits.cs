using Kontrakt.Runs;
using static Kontrakt.Tests.Caching.Kontrakts;

namespace Kontrakt.Tests.Caching;

/// <summary>Which verdicts are never kept, and why.</summary>
[TestClass]
public sealed class Limits
{
    private const string Vouched = ", annotations: {kontrakt/cache: 'true'}";

    [TestMethod, Timeout(60_000)]
    [DataRow("")]
    [DataRow(", env: [{name: API_URL, value: 'http://web/'}, {name: DB_HOST, value: web}, {name: LISTEN_ADDRESS, value: '0.0.0.0:80'}]")]
    [DataRow(", command: [sh, -c, 'wget http://localhost:8080/ http://web:80/x http://[::1]:9/ file:///etc/passwd']")]
    [DataRow(", env: [{name: ConnectionStrings__Db, value: 'Server=tcp:web,1433;Database=x;Host=localhost'}, {name: FILE, value: app.json}, {name: SCRIPT, value: run.sh}, {name: TEXT, value: 'endpoint: http://web/ address: web:80'}, {name: VERSION, value: 1.2.3}, {name: TYPE, value: My.App}]")]
    [DataRow(", args: ['12:30', 'server.js', 'v1.2', 'a.b.c:d']")]
    public void AreNotMetByAKontraktOfItsOwn(string container)
    {
        Assert.AreEqual("", Find(Pod(container, ", volumes: [{name: a, emptyDir: {}}, {name: b, configMap: {name: x}}, {name: c, persistentVolumeClaim: {claimName: d}}]")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("http://api.example.com/v1")]
    [DataRow("wget -q https://user:secret@example.org:8443/x")]
    [DataRow("amqp://10.1.2.3")]
    [DataRow("http://$(API_HOST)/")]
    [DataRow("http://${API_HOST}/")]
    [DataRow("http://web.other-namespace/")]
    [DataRow("http://web.default.svc.cluster.local/")]
    [DataRow("Server=db.example.com:5432;User=a")]
    [DataRow("Server=db.example.com;Database=x")]
    [DataRow("Host=db.example.com;Username=a")]
    [DataRow("Server=tcp:db.example.com,1433;Database=x")]
    [DataRow("Data Source=db.example.com\\\\sql;Database=x")]
    [DataRow("Host=database;Database=x")]
    [DataRow("host: db.example.com")]
    [DataRow("db.example.com")]
    [DataRow("http://[2001:db8::1]/")]
    [DataRow("nats://web:4222,nats://broker:4222")]
    [DataRow("kafka://web:9092,broker:9092")]
    public void AreMetByNamesOfHostsOutside(string text)
    {
        Assert.Contains("pod/smoke names '", Find(Pod($", args: ['{text}']")));
        Assert.Contains("configmap/settings names '", Find(Test, $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{a: '{text}'}}\n"));
        Assert.Contains("secret/settings names '", Find(Test, $"apiVersion: v1\nkind: Secret\nmetadata: {{name: settings}}\ndata: {{a: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}}}\n"));
        Assert.AreEqual("", Find(Pod($", args: ['{text}']", annotations: Vouched)), "its author says that it does not matter");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("DB_HOST", "db.example.com")]
    [DataRow("PGHOST", "db.example.com")]
    [DataRow("BROKER", "kafka.example.com")]
    [DataRow("PGHOST", "DB.example.com")]
    [DataRow("API", "api.example.sh")]
    [DataRow("SETTINGS", "{\"Db\": {\"Host\": \"db.example.com\"}}", "db.example.com")]
    [DataRow("SMTP_SERVER", "mail")]
    [DataRow("UPSTREAM_ADDR", "10.0.0.1:53")]
    public void AreMetByVariablesThatHoldHosts(string name, string value, string? host = null) =>
        Assert.Contains($"pod/smoke names '{host ?? value.Split(':')[0]}", Find(Pod($", env: [{{name: {name}, value: '{value}'}}]")));

    [TestMethod, Timeout(60_000)]
    [DataRow("DB_HOST: db.other")]
    [DataRow("image: 'http://outside.example.com/x'")]
    [DataRow("metadata: 'http://outside.example.com/x'")]
    [DataRow("broker: kafka.example.com")]
    public void AreMetByDataThatNamesAHost(string data)
    {
        Assert.Contains("configmap/settings names '", Find(Test, $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{{data}}}\n"));
        Assert.Contains("secret/settings names '", Find(Test, $"apiVersion: v1\nkind: Secret\nmetadata: {{name: settings}}\nstringData: {{{data}}}\n"));
    }

    /// <summary>Pods of a headless service have names of their own; "db.web" is else the service db of a namespace web.</summary>
    [TestMethod, Timeout(60_000)]
    public void AreMetByAServiceOfANamespaceThatIsCalledLikeAService()
    {
        var headless = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}\n";

        Assert.Contains("names 'x.db'", Find(Pod(", args: ['http://x.db/']"), headless.Replace("clusterIP: None, ", "", StringComparison.Ordinal)));
        Assert.AreEqual("", Find(Pod(", args: ['http://x.db/']"), headless));
    }

    [TestMethod, Timeout(60_000)]
    public void AreMetByARoleOfTheCluster() => Assert.Contains("gives what the cluster's role 'view' allows",
        Find(Test, "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: x}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"));

    /// <summary>The time is not asserted: with the square of the length it would be hours.</summary>
    [TestMethod, Timeout(60_000)]
    public void AreFoundInALongTextWithoutSpaces() =>
        Assert.AreEqual("", Find(Test, $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\ndata: {{a: {new string('a', 5_000_000)}}}\n"));

    [TestMethod, Timeout(60_000)]
    [DataRow("spec: {type: ExternalName, externalName: example.com}", "service/out is the name of something outside (example.com)")]
    [DataRow("spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}", "service/out is of type LoadBalancer")]
    [DataRow("spec: {ports: [{port: 80}]}", "service/out selects no pods")]
    public void AreMetByServicesThatLeadOut(string spec, string reason)
    {
        Assert.Contains(reason, Find(Test, $"apiVersion: v1\nkind: Service\nmetadata: {{name: out}}\n{spec}\n"));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow(", hostNetwork: true", "pod/smoke is on its node's network")]
    [DataRow(", hostAliases: [{ip: 10.1.1.1, hostnames: [web]}]", "pod/smoke gives names to addresses")]
    [DataRow(", volumes: [{name: a, hostPath: {path: /etc}}]", "pod/smoke has a volume of kind hostPath")]
    [DataRow(", volumes: [{name: a, nfs: {server: x, path: /}}]", "pod/smoke has a volume of kind nfs")]
    public void AreMetByPodsThatUseTheirNode(string spec, string reason) => Assert.Contains(reason, Find(Pod("", spec)));

    [TestMethod, Timeout(60_000)]
    [DataRow("example.com/v1", "Widget")]
    [DataRow("networking.k8s.io/v1", "Ingress")]
    [DataRow("batch/v1", "CronJob")]
    [DataRow("autoscaling/v2", "HorizontalPodAutoscaler")]
    public void AreMetByKindsThatOthersGiveMeaning(string version, string kind) =>
        Assert.Contains($"{kind.ToLowerInvariant()}/x does what something else", Find(Pod("", annotations: Vouched), $"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n"));

    [TestMethod, Timeout(60_000)]
    public void AreMetByAVolumeThatIsThereAlready() =>
        Assert.Contains("persistentvolumeclaim/d names a volume", Find(Test, "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: d}\nspec: {volumeName: old}\n"));

    [TestMethod, Timeout(60_000)]
    [DataRow("web:latest")]
    [DataRow("registry.example/web")]
    public void AreMetByAnImageWithoutADigest(string image)
    {
        Assert.Contains($"the image '{image}' of pod/smoke is not pinned", Find(Pod("", image: image, annotations: Vouched)));
        Assert.Contains($"the image '{image}' of pod/smoke is not pinned", Find(Pod("", $", initContainers: [{{name: first, image: '{image}'}}]")));
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("never")]
    [DataRow("false")]
    public void AreMetByATestThatSaysSo(string value) => Assert.Contains("pod/smoke says so", Find(Pod("", annotations: $", annotations: {{kontrakt/cache: '{value}'}}")));

    [TestMethod, Timeout(60_000)]
    public void AreMetUnlessEveryTestSaysThatTheOutsideDoesNotMatter()
    {
        var outside = Pod(", args: ['http://example.com/']", annotations: Vouched);

        Assert.AreEqual("", Find(outside));
        Assert.Contains("names 'example.com'", Find(outside, Test.Replace("smoke", "other", StringComparison.Ordinal)));
    }

    [TestMethod, Timeout(60_000)]
    public void AreMetInANamespaceThatOthersShare() =>
        Assert.Contains("the namespace 'team'", VerdictLimits.Find(Read(("test.yaml", Test)), Kontrakts.Settings with { Namespace = "team" }) ?? "");

    private static string Find(params string[] objects) =>
        VerdictLimits.Find(Read([("service.yaml", Service), .. objects.Select((text, at) => ($"{at}.yaml", text))]), Kontrakts.Settings) ?? "";
}
