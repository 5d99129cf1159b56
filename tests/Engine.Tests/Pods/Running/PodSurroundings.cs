using Kontrakt.Engine.Store;

namespace Engine.Tests.Pods.Running;

/// <summary>What a container finds: its command, environment, user, files and volumes are what its pod's spec and its image say.</summary>
[TestClass]
public sealed class PodSurroundings
{
    private static EngineFixture engine = null!;

    [ClassInitialize]
    public static async Task Start(TestContext _)
    {
        engine = await EngineFixture.StartAsync();
        engine.CreateObject(Kinds.ConfigMap, "{apiVersion: v1, kind: ConfigMap, metadata: {name: cm}, data: {a: text, b: other}}");
        engine.CreateObject(Kinds.Secret, "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {key: c2VjcmV0}}");
    }

    [ClassCleanup]
    public static async Task Stop()
    {
        if (engine is not null)
            await engine.DisposeAsync();
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("image: 'test.registry:5000/app:1'", "entry point\n")]
    [DataRow("image: 'test.registry:5000/app:1', args: [other, '$(A)'], env: [{name: A, value: x}]", "entry other x\n")]
    [DataRow("image: 'test.registry:5000/app:1', command: [echo, '$$(A)']", "$(A)\n")]
    [DataRow("image: 'test.registry:5000/app:1', command: [sh, -c, 'pwd; id -u; id -g; id -G; echo $HOME']", "/home/app\n1654\n1654\n1654 77\n/home/app\n")]
    [DataRow("image: IMAGE, command: [sh, -c, 'pwd; id -u; hostname; echo $PATH'], workingDir: /made/here", "/made/here\n0\nNAME\n/bin\n")]
    [DataRow("image: IMAGE, command: [sh, -c, 'id -u; id -g'], securityContext: {runAsUser: 7, runAsGroup: 8}", "7\n8\n")]
    [DataRow("image: IMAGE, command: [sh, -c, 'touch /x 2>/dev/null || echo refused'], securityContext: {readOnlyRootFilesystem: true}", "refused\n")]
    [DataRow("image: IMAGE, command: [sh, -c, 'grep NoNewPrivs /proc/self/status'], securityContext: {allowPrivilegeEscalation: false}", "NoNewPrivs:\t1\n")]
    [DataRow("image: IMAGE, command: [sh, -c, 'grep CapEff /proc/self/status'], securityContext: {capabilities: {drop: [ALL], add: [CAP_NET_BIND_SERVICE]}}", "CapEff:\t0000000000000400\n")]
    [DataRow("image: IMAGE, command: [sh, -c, 'echo $A $B $C'], env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: B, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}, {name: C, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}], resources: {limits: {memory: 64Mi}}", "NAME kontrakt 64\n")]
    [DataRow("image: IMAGE, command: [sh, -c, 'test \"$IP\" = \"$(hostname -i)\" && echo same'], env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]", "same\n")]
    public async Task ItRunsWhatItShouldAsWhomItShould(string container, string expected)
    {
        var key = engine.Create($"{{restartPolicy: Never, containers: [{{name: main, {container}}}]}}");

        Assert.AreEqual(expected.Replace("NAME", key.Name, StringComparison.Ordinal), await engine.OutputAsync(key));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("configMap: {name: cm, defaultMode: 256}", "", "cat /v/a; ls /v; stat -L -c %a /v/a", "texta\nb\n400\n")]
    [DataRow("configMap: {name: cm, items: [{key: a, path: d/e}]}", "", "cat /v/d/e; touch /v/x 2>/dev/null || echo refused", "textrefused\n")]
    [DataRow("secret: {secretName: s}", "", "cat /v/key; echo; grep ' /v ' /proc/mounts | cut -d' ' -f3", "secret\ntmpfs\n")]
    [DataRow("secret: {secretName: s}", ", subPath: key", "cat /v", "secret")]
    [DataRow("emptyDir: {}", "", "echo x > /v/f; cat /v/f; stat -c %a /v", "x\n777\n")]
    [DataRow("emptyDir: {}", ", readOnly: true", "touch /v/x 2>/dev/null || echo refused", "refused\n")]
    [DataRow("emptyDir: {medium: Memory, sizeLimit: 1Mi}", "", "dd if=/dev/zero of=/v/f bs=1k count=2000 2>/dev/null || echo full", "full\n")]
    [DataRow("downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}", "", "cat /v/labels", "a=\"b\"")]
    [DataRow("projected: {sources: [{secret: {name: s}}, {configMap: {name: cm, items: [{key: a, path: a}]}}]}", "", "cat /v/key /v/a", "secrettext")]
    public async Task ItsVolumesHoldWhatTheyShould(string volume, string mount, string script, string expected)
    {
        var key = engine.Create($"{{restartPolicy: Never, volumes: [{{name: v, {volume}}}], containers: [{{name: main, image: IMAGE, command: [sh, -c, \"{script}\"], volumeMounts: [{{name: v, mountPath: /v{mount}}}]}}]}}", "{labels: {a: b}}");

        Assert.AreEqual(expected, await engine.OutputAsync(key));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AVolumesGroupIsThePods()
    {
        var key = engine.Create("""
            {restartPolicy: Never, securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000}, volumes: [{name: e, emptyDir: {}}, {name: s, secret: {secretName: s, defaultMode: 256}}],
             containers: [{name: main, image: IMAGE, command: [sh, -c, 'id -G; echo x > /e/f; stat -c %g /e/f; cat /s/key'], volumeMounts: [{name: e, mountPath: /e}, {name: s, mountPath: /s}]}]}
            """);

        Assert.AreEqual("1000 2000\n2000\nsecret", await engine.OutputAsync(key));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ItFindsATokenThatIsItsOwn()
    {
        var key = engine.Create("""
            {restartPolicy: Never, volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3607}}]}}],
             containers: [{name: main, image: IMAGE, command: [cat, /var/run/secrets/kubernetes.io/serviceaccount/token], volumeMounts: [{name: t, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}]}]}
            """);

        var token = await engine.OutputAsync(key);

        var user = engine.Tokens.Verify(token, [Kontrakt.Engine.Identity.TokenIssuer.ApiAudience])?.User;
        Assert.AreEqual("system:serviceaccount:ns:default", user?.Name);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ItKnowsItsNameAndWhomToAskForOthers()
    {
        var key = engine.Create("{restartPolicy: Never, hostAliases: [{ip: 1.2.3.4, hostnames: [other]}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'cat /etc/hostname /etc/hosts /etc/resolv.conf']}]}");

        var text = await engine.OutputAsync(key);

        StringAssert.StartsWith(text, $"{key.Name}\n# Kubernetes-managed hosts file.\n", StringComparison.Ordinal);
        StringAssert.Contains(text, $"{engine.Get(key).Text("status", "podIP")}\t{key.Name}\n", StringComparison.Ordinal);
        StringAssert.Contains(text, "1.2.3.4\tother\n", StringComparison.Ordinal);
        StringAssert.Contains(text, "search ns.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task AChangeOfAConfigMapReachesTheContainerThatRuns()
    {
        engine.CreateObject(Kinds.ConfigMap, "{apiVersion: v1, kind: ConfigMap, metadata: {name: changing}, data: {k: old}}");
        var key = engine.Create("{restartPolicy: Never, volumes: [{name: v, configMap: {name: changing}}], containers: [{name: main, image: IMAGE, command: [sh, -c, 'until test \"$(cat /v/k)\" = new; do sleep 0.1; done; echo seen'], volumeMounts: [{name: v, mountPath: /v}]}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");

        engine.Objects.Update(new(Kinds.ConfigMap, "ns", "changing"), json => json["data"]!["k"] = "new");

        Assert.AreEqual("seen\n", await engine.OutputAsync(key));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("subPath: '../x'")]
    [DataRow("subPath: link/x")]
    public async Task ASubPathThatLeadsOutOfItsVolumeIsRefused(string path)
    {
        var key = engine.CreateUnchecked($$$"""
            {restartPolicy: Never, volumes: [{name: v, emptyDir: {}}], initContainers: [{name: i, image: IMAGE, command: [ln, -s, ../../../.., /v/link], volumeMounts: [{name: v, mountPath: /v}]}],
             containers: [{name: main, image: IMAGE, command: [ls, /m], volumeMounts: [{name: v, mountPath: /m, {{{path}}}}]}]}
            """);

        var status = await engine.ContainerAsync(key, "main", status => status.Text("state", "waiting", "reason") == "CreateContainerConfigError");

        StringAssert.StartsWith(status.Text("state", "waiting", "message"), "failed to prepare subPath for volumeMount \"v\" of container \"main\"", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("exit 1", "one\\ntwo\\n", "one\ntwo\n")]
    [DataRow("exit 0", "one\\n", "")]
    [DataRow("echo file > /dev/termination-log; exit 1", "one\\n", "file\n")]
    public async Task TheEndOfTheLogIsTheMessageWhereThePodWantsIt(string end, string log, string message)
    {
        var key = engine.Create($"{{restartPolicy: Never, containers: [{{name: main, image: IMAGE, terminationMessagePolicy: FallbackToLogsOnError, command: [sh, -c, \"printf '{log}'; {end}\"]}}]}}".Replace("\\n", "\\\\n", StringComparison.Ordinal));

        var pod = await engine.EndAsync(key);

        Assert.AreEqual(message, pod.Text("status", "containerStatuses", 0, "state", "terminated", "message"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task CommandsRunInAContainerThatRuns()
    {
        var key = engine.Create("{containers: [{name: main, image: IMAGE, command: [sleep, '1000'], env: [{name: A, value: here}]}]}");
        await engine.ContainerAsync(key, "main", status => status.Text("ready") == "true");
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using var input = new MemoryStream("in\n"u8.ToArray());

        var code = await engine.Exec.ExecAsync(engine.Store.Find(key)!, new(null, ["sh", "-c", "cat; echo $A; echo bad >&2; exit 6"], input, output, error), CancellationToken.None);

        Assert.AreEqual((6, "in\nhere\n", "bad\n"), (code, System.Text.Encoding.UTF8.GetString(output.ToArray()), System.Text.Encoding.UTF8.GetString(error.ToArray())));
    }
}
