using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Engine.Tests.Api.Schema;

/// <summary>What is not valid is refused with all its faults, in the words that kube-apiserver has for the same objects.</summary>
[TestClass]
public sealed class Validity
{
    private const string Template = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: x}]}}";

    private readonly ClusterObjects objects = TestCluster.WithNamespace();

    public static IEnumerable<object[]> EveryKind => ServedKinds.Resources.Select(kind => new object[] { kind.Kind });

    [TestMethod]
    [DynamicData(nameof(EveryKind))]
    public void AValidObjectOfEveryKindIsTaken(string name)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);

        var created = Create(kind, SampleObjects.Decoded(kind));

        Assert.AreEqual((string?)SampleObjects.Of(kind)["metadata"]!["name"], created.View.Name);
    }

    [TestMethod]
    [DataRow("Pod", "spec: {}", "spec.containers", "FieldValueRequired", "Required value")]
    [DataRow("Pod", "spec: {containers: [{name: A, image: x}]}", "spec.containers[0].name", "FieldValueInvalid", "Invalid value: \"A\": a lowercase RFC 1123 label must consist")]
    [DataRow("Pod", "spec: {containers: [{name: a}]}", "spec.containers[0].image", "FieldValueRequired", "Required value")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x}], initContainers: [{name: a, image: x}]}", "spec.initContainers[0].name", "FieldValueDuplicate", "Duplicate value: \"a\"")]
    [DataRow("Pod", "spec: {restartPolicy: Sometimes, containers: [{name: a, image: x}]}", "spec.restartPolicy", "FieldValueNotSupported", "Unsupported value: \"Sometimes\": supported values: \"Always\", \"Never\", \"OnFailure\"")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, imagePullPolicy: Maybe}]}", "spec.containers[0].imagePullPolicy", "FieldValueNotSupported", "Unsupported value: \"Maybe\": supported values: \"Always\", \"IfNotPresent\", \"Never\"")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, ports: [{containerPort: 70000}]}]}", "spec.containers[0].ports[0].containerPort", "FieldValueInvalid", "Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, ports: [{containerPort: 1, name: aaaaaaaaaaaaaaaaa}]}]}", "spec.containers[0].ports[0].name", "FieldValueInvalid", "Invalid value: \"aaaaaaaaaaaaaaaaa\": must be no more than 15 characters")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, env: [{name: '1a='}]}]}", "spec.containers[0].env[0].name", "FieldValueInvalid", "Invalid value: \"1a=\": a valid environment variable name must consist")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, env: [{name: A, valueFrom: {}}]}]}", "spec.containers[0].env[0].valueFrom", "FieldValueInvalid", "Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]}", "spec.containers[0].env[0].valueFrom", "FieldValueInvalid", "Invalid value: \"\": may not be specified when `value` is not empty")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, livenessProbe: {}}]}", "spec.containers[0].livenessProbe", "FieldValueRequired", "Required value: must specify a handler type")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, livenessProbe: {exec: {command: [a]}, tcpSocket: {port: 1}}}]}", "spec.containers[0].livenessProbe.tcpSocket", "FieldValueForbidden", "Forbidden: may not specify more than 1 handler type")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, volumeMounts: [{name: gone, mountPath: /a}]}]}", "spec.containers[0].volumeMounts[0].name", "FieldValueNotFound", "Not found: \"gone\"")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, resources: {limits: {cpu: 1}, requests: {cpu: 2}}}]}", "spec.containers[0].resources.requests", "FieldValueInvalid", "Invalid value: \"2\": must be less than or equal to cpu limit")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x}], volumes: [{name: v, configMap: {name: c, items: [{key: a, path: ../x}]}}]}", "spec.volumes[0].configMap.items[0].path", "FieldValueInvalid", "Invalid value: \"../x\": must not contain '..'")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x}], volumes: [{name: v, hostPath: {path: /}}]}", "spec.volumes[0].hostPath", "FieldValueForbidden", "Forbidden: the embedded engine has no hostPath volumes; set KontraktKubeContext to a cluster")]
    [DataRow("Pod", "spec: {hostNetwork: true, containers: [{name: a, image: x}]}", "spec.hostNetwork", "FieldValueForbidden", "Forbidden: the embedded engine has no host network for pods; set KontraktKubeContext to a cluster")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, securityContext: {privileged: true}}]}", "spec.containers[0].securityContext.privileged", "FieldValueForbidden", "Forbidden: the embedded engine has no privileged containers; set KontraktKubeContext to a cluster")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, securityContext: {capabilities: {add: [CHOWN, ALL]}}}]}", "spec.containers[0].securityContext.capabilities.add[1]", "FieldValueForbidden", "Forbidden: the embedded engine has no capability ALL for containers, only those that a container runtime gives by default, without NET_RAW; set KontraktKubeContext to a cluster")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, securityContext: {capabilities: {add: [CHOWN, DAC_READ_SEARCH]}}}]}", "spec.containers[0].securityContext.capabilities.add[1]", "FieldValueForbidden", "Forbidden: the embedded engine has no capability DAC_READ_SEARCH for containers, only those that a container runtime gives by default, without NET_RAW; set KontraktKubeContext to a cluster")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, securityContext: {capabilities: {add: [CHOWN, CAP_SYS_ADMIN]}}}]}", "spec.containers[0].securityContext.capabilities.add[1]", "FieldValueForbidden", "Forbidden: the embedded engine has no capability CAP_SYS_ADMIN for containers, only those that a container runtime gives by default, without NET_RAW; set KontraktKubeContext to a cluster")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, securityContext: {capabilities: {add: [CHOWN, NET_RAW]}}}]}", "spec.containers[0].securityContext.capabilities.add[1]", "FieldValueForbidden", "Forbidden: the embedded engine has no capability NET_RAW for containers, only those that a container runtime gives by default, without NET_RAW; set KontraktKubeContext to a cluster")]
    [DataRow("Pod", "spec: {initContainers: [{name: i, image: x, securityContext: {capabilities: {add: [SYS_PTRACE]}}}], containers: [{name: a, image: x}]}", "spec.initContainers[0].securityContext.capabilities.add[0]", "FieldValueForbidden", "Forbidden: the embedded engine has no capability SYS_PTRACE")]
    [DataRow("Pod", "spec: {containers: [{name: a, image: x, securityContext: {seccompProfile: {type: Unconfined}}}]}", "spec.containers[0].securityContext.seccompProfile.type", "FieldValueForbidden", "Forbidden: the embedded engine has no containers without its seccomp filter; set KontraktKubeContext to a cluster")]
    [DataRow("Pod", "spec: {securityContext: {seccompProfile: {type: Localhost, localhostProfile: a.json}}, containers: [{name: a, image: x}]}", "spec.securityContext.seccompProfile.type", "FieldValueForbidden", "Forbidden: the embedded engine has no seccomp profiles of a node; set KontraktKubeContext to a cluster")]
    [DataRow("Deployment", "spec: {selector: {matchLabels: {x: z}}, " + Template + "}", "spec.template.metadata.labels", "FieldValueInvalid", "Invalid value: map[string]string{\"a\":\"b\"}: `selector` does not match template `labels`")]
    [DataRow("Deployment", "spec: {" + Template + "}", "spec.selector", "FieldValueRequired", "Required value")]
    [DataRow("Deployment", "spec: {replicas: -1, selector: {matchLabels: {a: b}}, " + Template + "}", "spec.replicas", "FieldValueInvalid", "Invalid value: -1: must be greater than or equal to 0")]
    [DataRow("Deployment", "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}}", "spec.template.spec.restartPolicy", "FieldValueNotSupported", "Unsupported value: \"Never\": supported values: \"Always\"")]
    [DataRow("Deployment", "spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}, selector: {matchLabels: {a: b}}, " + Template + "}", "spec.strategy.rollingUpdate.maxUnavailable", "FieldValueInvalid", "Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    [DataRow("Job", "spec: {" + Template + "}", "spec.template.spec.restartPolicy", "FieldValueRequired", "Required value: valid values: \"OnFailure\", \"Never\"")]
    [DataRow("Deployment", "spec: {replicas: 100000, selector: {matchLabels: {a: b}}, " + Template + "}", "spec.replicas", "FieldValueForbidden", "Forbidden: the embedded engine has no controllers of more than 1000 pods; set KontraktKubeContext to a cluster")]
    [DataRow("Job", "spec: {parallelism: 100000, " + Template + "}", "spec.parallelism", "FieldValueForbidden", "Forbidden: the embedded engine has no controllers of more than 1000 pods; set KontraktKubeContext to a cluster")]
    [DataRow("Job", "spec: {managedBy: example.com/other, " + Template + "}", "spec.managedBy", "FieldValueForbidden", "Forbidden: the embedded engine has no 'example.com/other' that would run this job")]
    [DataRow("Service", "spec: {ports: [{port: 80, protocol: SCTP}]}", "spec.ports[0].protocol", "FieldValueForbidden", "Forbidden: the embedded engine has no SCTP, only TCP and UDP; set KontraktKubeContext to a cluster")]
    [DataRow("Service", "spec: {externalIPs: [1.2.3.4], ports: [{port: 80}]}", "spec.externalIPs", "FieldValueForbidden", "Forbidden: the embedded engine has no network outside of the cluster")]
    [DataRow("Service", "spec: {ipFamilies: [IPv6], ports: [{port: 80}]}", "spec.ipFamilies", "FieldValueForbidden", "Forbidden: the embedded engine has no IPv6")]
    [DataRow("Service", "spec: {}", "spec.ports", "FieldValueRequired", "Required value")]
    [DataRow("Service", "spec: {ports: [{port: 80}, {port: 81, name: b}]}", "spec.ports[0].name", "FieldValueRequired", "Required value")]
    [DataRow("Service", "spec: {ports: [{port: 80, targetPort: A_B}]}", "spec.ports[0].targetPort", "FieldValueInvalid", "Invalid value: \"A_B\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")]
    [DataRow("ConfigMap", "data: {a b: c}", "data[a b]", "FieldValueInvalid", "Invalid value: \"a b\": a valid config key must consist")]
    [DataRow("ConfigMap", "metadata: {name: sample, labels: {ok: -bad}}", "metadata.labels", "FieldValueInvalid", "Invalid value: \"-bad\": a valid label must be an empty string or consist")]
    [DataRow("Secret", "type: kubernetes.io/dockerconfigjson", "data[.dockerconfigjson]", "FieldValueRequired", "Required value")]
    [DataRow("Role", "rules: [{}]", "rules[0].verbs", "FieldValueRequired", "Required value: verbs must contain at least one value")]
    [DataRow("RoleBinding", "roleRef: {kind: X, name: a}", "roleRef.kind", "FieldValueNotSupported", "Unsupported value: \"X\": supported values: \"ClusterRole\", \"Role\"")]
    [DataRow("Lease", "spec: {leaseDurationSeconds: 0}", "spec.leaseDurationSeconds", "FieldValueInvalid", "Invalid value: 0: must be greater than 0")]
    [DataRow("NetworkPolicy", "spec: {podSelector: {}, ingress: [{from: [{}]}]}", "spec.ingress[0].from[0]", "FieldValueRequired", "Required value: must specify a peer")]
    [DataRow("NetworkPolicy", "spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]}]}", "spec.egress[0].to[0].ipBlock.except[0]", "FieldValueInvalid", "Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`")]
    [DataRow("NetworkPolicy", "spec: {podSelector: {}, ingress: [{ports: [{port: 90, endPort: 80}]}]}", "spec.ingress[0].ports[0].endPort", "FieldValueInvalid", "Invalid value: 80: must be greater than or equal to `port`")]
    [DataRow("Endpoints", "subsets: [{addresses: [{ip: x}]}]", "subsets[0].addresses[0].ip", "FieldValueInvalid", "Invalid value: \"x\": must be a valid IP address")]
    public void AFaultIsToldWithItsPlace(string kind, string yaml, string field, string reason, string message)
    {
        var refused = Refused(kind, yaml);

        var cause = refused.Details!["causes"]!.AsArray().OfType<JsonObject>().FirstOrDefault(cause => (string?)cause["field"] == field && (string?)cause["reason"] == reason);
        Assert.IsNotNull(cause, refused.Message);
        StringAssert.StartsWith((string?)cause["message"], message);
    }

    [TestMethod]
    public void AllFaultsAreToldAtOnce()
    {
        var refused = Refused("Pod", "spec: {dnsPolicy: X, containers: [{image: x}, {name: b}], volumes: [{name: v}, {name: v}]}");

        Assert.HasCount(4, refused.Details!["causes"]!.AsArray());
        StringAssert.StartsWith(refused.Message, "Pod \"sample\" is invalid: [spec.volumes[1].name: Duplicate value: \"v\", ");
    }

    [TestMethod]
    [DataRow("Deployment", "/spec/selector", """{"matchLabels":{"app":"web","x":"z"}}""", "spec.selector", "field is immutable")]
    [DataRow("Job", "/spec/template/spec/containers/0/image", "\"other\"", "spec.template", "field is immutable")]
    [DataRow("Job", "/spec/completions", "5", "spec.completions", "field is immutable")]
    [DataRow("StatefulSet", "/spec/serviceName", "\"other\"", "spec", "Forbidden: updates to statefulset spec for fields other than")]
    [DataRow("RoleBinding", "/roleRef/name", "\"other\"", "roleRef", "cannot change roleRef")]
    [DataRow("Secret", "/type", "\"other\"", "type", "field is immutable")]
    [DataRow("Pod", "/spec/hostname", "\"other\"", "spec", "Forbidden: pod updates may not change fields other than")]
    public void WhatIsImmutableStays(string name, string path, string value, string field, string message)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        var before = Create(kind, SampleObjects.Decoded(kind));

        var refused = Assert.ThrowsExactly<StatusException>(() => Replace(before, path, value, TestCluster.Tester));

        CollectionAssert.Contains(refused.Details!["causes"]!.AsArray().Select(cause => (string?)cause!["field"]).ToArray(), field);
        StringAssert.Contains(refused.Message, message);
    }

    [TestMethod]
    public void TheImageOfAPodMayChangeAndTheEngineMayChangeAll()
    {
        var pod = Create(Kinds.Pod, SampleObjects.Decoded(Kinds.Pod));

        pod = Replace(pod, "/spec/containers/0/image", "\"other\"", TestCluster.Tester);
        pod = Replace(pod, "/spec/hostname", "\"other\"", null);

        Assert.AreEqual(("other", "other"), (pod.View.Text("spec", "containers", 0, "image"), pod.View.Text("spec", "hostname")));
    }

    [TestMethod]
    public void AnImmutableConfigMapStays()
    {
        var settings = Create(Kinds.ConfigMap, ObjectDecoder.Decode(Kinds.ConfigMap, SampleObjects.Read("metadata: {name: sample}\nimmutable: true\ndata: {a: b}"), FieldValidation.Strict).Json);

        var refused = Assert.ThrowsExactly<StatusException>(() => Replace(settings, "/data", """{"a":"c"}""", TestCluster.Tester));

        StringAssert.Contains(refused.Message, "data: Forbidden: field is immutable when `immutable` is set");
    }

    private StoredObject Replace(StoredObject before, string path, string value, UserInfo? user)
    {
        var changed = Patches.Execute(Patches.Json, ServedKinds.Of(before.Key.Kind), before.View.Json, SampleObjects.Utf8($$"""[{"op":"add","path":"{{path}}","value":{{value}}}]"""), FieldValidation.Ignore).Json;
        return objects.Update(before.Key, next =>
        {
            next.Clear();
            foreach (var (field, node) in changed)
                next[field] = node?.DeepClone();
        }, user);
    }

    private StatusException Refused(string name, string yaml)
    {
        var kind = ServedKinds.Resources.Single(kind => kind.Kind == name);
        var value = ObjectDecoder.Decode(kind, SampleObjects.Read(yaml), FieldValidation.Strict).Json;
        value["metadata"]!["name"] = "sample";

        var refused = Assert.ThrowsExactly<StatusException>(() => Create(kind, value));

        Assert.AreEqual((422, "Invalid"), (refused.Code, refused.Reason));
        return refused;
    }

    private StoredObject Create(ResourceKind kind, JsonObject value) => objects.Create(kind, kind.Namespaced ? "ns" : "", value, TestCluster.Tester);
}
