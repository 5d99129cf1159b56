using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Schema;

/// <summary>
/// Each field of a pod is honoured, or refused with the way out, or says nothing that could matter on one node for a short time. A field that
/// comes new into the schema has no row here, and so cannot be ignored in silence.
/// </summary>
[TestClass]
public sealed class PodFields
{
    private const string Honoured = "honoured";
    /// <summary>Nothing that it says could be otherwise here.</summary>
    private const string Harmless = "harmless";

    /// <summary>"TYPE.FIELD: what becomes of it"; of what is refused, a value that is.</summary>
    private static readonly string[] Table =
    [
        "PodSpec.activeDeadlineSeconds: honoured",
        // Of nodes; rules about other pods have a warning.
        "PodSpec.affinity: honoured",
        "PodSpec.automountServiceAccountToken: honoured",
        "PodSpec.containers: honoured",
        "PodSpec.dnsConfig: honoured",
        "PodSpec.dnsPolicy: honoured",
        "PodSpec.enableServiceLinks: honoured",
        "PodSpec.ephemeralContainers: [{\"name\": \"x\", \"image\": \"x\"}]",
        "PodSpec.hostAliases: honoured",
        "PodSpec.hostIPC: true",
        "PodSpec.hostNetwork: true",
        "PodSpec.hostPID: true",
        "PodSpec.hostUsers: harmless",
        "PodSpec.hostname: honoured",
        "PodSpec.imagePullSecrets: honoured",
        "PodSpec.initContainers: honoured",
        "PodSpec.nodeName: honoured",
        "PodSpec.nodeSelector: honoured",
        "PodSpec.os: {\"name\": \"windows\"}",
        "PodSpec.overhead: {\"memory\": \"1Mi\"}",
        "PodSpec.preemptionPolicy: harmless",
        "PodSpec.priority: honoured",
        "PodSpec.priorityClassName: honoured",
        "PodSpec.readinessGates: honoured",
        "PodSpec.resourceClaims: [{\"name\": \"x\"}]",
        "PodSpec.restartPolicy: honoured",
        "PodSpec.runtimeClassName: \"x\"",
        "PodSpec.schedulerName: \"other\"",
        "PodSpec.schedulingGates: honoured",
        "PodSpec.securityContext: honoured",
        "PodSpec.serviceAccount: honoured",
        "PodSpec.serviceAccountName: honoured",
        "PodSpec.setHostnameAsFQDN: true",
        "PodSpec.shareProcessNamespace: true",
        "PodSpec.subdomain: honoured",
        "PodSpec.terminationGracePeriodSeconds: honoured",
        "PodSpec.tolerations: honoured",
        // One node is one of anything that they could be spread over.
        "PodSpec.topologySpreadConstraints: harmless",
        "PodSpec.volumes: honoured",
        "PodSecurityContext.appArmorProfile: {\"type\": \"Localhost\", \"localhostProfile\": \"x\"}",
        "PodSecurityContext.fsGroup: honoured",
        "PodSecurityContext.fsGroupChangePolicy: harmless",
        "PodSecurityContext.runAsGroup: honoured",
        "PodSecurityContext.runAsNonRoot: honoured",
        "PodSecurityContext.runAsUser: honoured",
        "PodSecurityContext.seLinuxOptions: {\"level\": \"s0\"}",
        "PodSecurityContext.seccompProfile: {\"type\": \"Localhost\", \"localhostProfile\": \"x\"}",
        "PodSecurityContext.supplementalGroups: honoured",
        "PodSecurityContext.supplementalGroupsPolicy: \"Strict\"",
        "PodSecurityContext.sysctls: [{\"name\": \"net.core.somaxconn\", \"value\": \"1\"}]",
        "PodSecurityContext.windowsOptions: {\"hostProcess\": true}",
        "Container.args: honoured",
        "Container.command: honoured",
        "Container.env: honoured",
        "Container.envFrom: honoured",
        "Container.image: honoured",
        "Container.imagePullPolicy: honoured",
        "Container.lifecycle: honoured",
        "Container.livenessProbe: honoured",
        "Container.name: honoured",
        "Container.ports: [{\"containerPort\": 80, \"hostPort\": 80}]",
        "Container.readinessProbe: honoured",
        // Nothing is resized.
        "Container.resizePolicy: harmless",
        "Container.resources: honoured",
        "Container.restartPolicy: honoured",
        "Container.securityContext: honoured",
        "Container.startupProbe: honoured",
        "Container.stdin: true",
        // Without stdin, there is nothing to be closed.
        "Container.stdinOnce: harmless",
        "Container.terminationMessagePath: honoured",
        "Container.terminationMessagePolicy: honoured",
        "Container.tty: true",
        "Container.volumeDevices: [{\"name\": \"v\", \"devicePath\": \"/dev/x\"}]",
        "Container.volumeMounts: [{\"name\": \"v\", \"mountPath\": \"/v\", \"mountPropagation\": \"Bidirectional\"}]",
        "Container.workingDir: honoured",
        "ResourceRequirements.claims: [{\"name\": \"x\"}]",
        "ResourceRequirements.limits: {\"example.com/gpu\": \"1\"}",
        "ResourceRequirements.limits: {\"hugepages-2Mi\": \"2Mi\"}",
        "ResourceRequirements.requests: {\"example.com/gpu\": \"1\"}",
        "SecurityContext.allowPrivilegeEscalation: honoured",
        "SecurityContext.appArmorProfile: {\"type\": \"Localhost\", \"localhostProfile\": \"x\"}",
        "SecurityContext.capabilities: honoured",
        "SecurityContext.privileged: true",
        "SecurityContext.procMount: \"Unmasked\"",
        "SecurityContext.readOnlyRootFilesystem: honoured",
        "SecurityContext.runAsGroup: honoured",
        "SecurityContext.runAsNonRoot: honoured",
        "SecurityContext.runAsUser: honoured",
        "SecurityContext.seLinuxOptions: {\"level\": \"s0\"}",
        "SecurityContext.seccompProfile: {\"type\": \"Localhost\", \"localhostProfile\": \"x\"}",
        "SecurityContext.windowsOptions: {\"hostProcess\": true}",
        "EmptyDirVolumeSource.medium: \"HugePages\"",
        "EmptyDirVolumeSource.sizeLimit: honoured",
    ];

    public static IEnumerable<string[]> Refused => Table.Select(row => row.Split(": ", 2)).Where(row => row[1] is not (Honoured or Harmless));

    [TestMethod]
    [DataRow("PodSpec")]
    [DataRow("PodSecurityContext")]
    [DataRow("Container")]
    [DataRow("ResourceRequirements")]
    [DataRow("SecurityContext")]
    [DataRow("EmptyDirVolumeSource")]
    public void AreAllKnown(string type)
    {
        var known = Table.Select(row => row.Split(": ", 2)[0]).Where(field => field.StartsWith(type + '.', StringComparison.Ordinal)).Distinct().ToList();

        CollectionAssert.AreEquivalent(KubernetesSchema.Types[type].Fields.Keys.Select(field => $"{type}.{field}").ToList(), known);
    }

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void AreRefusedWithTheWayOut(string field, string value)
    {
        var spec = PodJson("{}");
        var (type, name) = (field.Split('.')[0], field.Split('.')[1]);
        var map = type switch
        {
            "PodSpec" => spec,
            "PodSecurityContext" => Inner(spec, "securityContext"),
            "EmptyDirVolumeSource" => Inner(spec["volumes"]![0]!.AsObject(), "emptyDir"),
            "Container" => spec["containers"]![0]!.AsObject(),
            _ => Inner(spec["containers"]![0]!.AsObject(), type == "ResourceRequirements" ? "resources" : "securityContext"),
        };
        map[name] = JsonNode.Parse(value);

        var refused = Assert.ThrowsExactly<StatusException>(() => Create(spec));

        StringAssert.Contains(refused.Message, "the embedded engine has no ", StringComparison.Ordinal);
        StringAssert.Contains(refused.Message, "KontraktKubeContext", StringComparison.Ordinal);
    }

    [TestMethod]
    public void ThePodOfTheseTestsIsNotRefusedItself() => Assert.IsNotNull(Create(PodJson("{}")));

    private static StoredObject Create(JsonObject spec) =>
        TestCluster.WithNamespace().Create(Kinds.Pod, "ns", new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new JsonObject { ["name"] = "p" }, ["spec"] = spec });

    private static JsonObject PodJson(string emptyDirectory) =>
        JsonNode.Parse($$"""{"volumes": [{"name": "v", "emptyDir": {{emptyDirectory}}}], "containers": [{"name": "c", "image": "i"}]}""")!.AsObject();

    private static JsonObject Inner(JsonObject map, string field) => (map[field] ??= new JsonObject()).AsObject();
}
