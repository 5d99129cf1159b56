using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Yaml;

namespace Engine.Tests.Api.Schema;

/// <summary>A valid object of each kind, with as many different fields as it may have at once.</summary>
internal static class SampleObjects
{
    private const string Template = """
        metadata: {labels: {app: web}}
        spec:
          hostname: web
          securityContext: {runAsUser: 1000, fsGroup: 2000, sysctls: [], seccompProfile: {type: RuntimeDefault}}
          initContainers:
          - {name: setup, image: "setup:1", command: [a], args: [b]}
          - {name: sidecar, image: "sidecar:1", restartPolicy: Always}
          containers:
          - name: web
            image: web:1
            workingDir: /app
            ports: [{containerPort: 80, name: http, protocol: TCP}, {containerPort: 81}]
            envFrom: [{configMapRef: {name: settings}, prefix: P_}, {secretRef: {name: keys, optional: true}}]
            env:
            - {name: A, value: b}
            - {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: C, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}
            - {name: D, valueFrom: {configMapKeyRef: {name: settings, key: d}}}
            - {name: E, valueFrom: {secretKeyRef: {name: keys, key: e}}}
            resources: {limits: {cpu: 1500m, memory: 1024Mi}, requests: {cpu: 0.5}}
            livenessProbe: {httpGet: {path: /, port: http, httpHeaders: [{name: X-Test, value: v}]}, initialDelaySeconds: 1}
            readinessProbe: {tcpSocket: {port: 80}}
            startupProbe: {exec: {command: [a]}}
            lifecycle: {preStop: {exec: {command: [a]}}, postStart: {sleep: {seconds: 1}}}
            securityContext: {runAsNonRoot: true, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
            volumeMounts: [{name: empty, mountPath: /empty}, {name: config, mountPath: /config, subPath: a, readOnly: true}]
          volumes:
          - {name: empty, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
          - {name: config, configMap: {name: settings, items: [{key: a, path: b, mode: 256}]}}
          - {name: keys, secret: {secretName: keys, optional: true}}
          - {name: info, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
          - {name: all, projected: {sources: [{serviceAccountToken: {path: token}}, {configMap: {name: settings}}, {secret: {name: keys}}]}}

        """;

    public static IReadOnlyDictionary<ResourceKind, JsonObject> All { get; } = new Dictionary<ResourceKind, JsonObject>
    {
        [Kinds.Namespace] = Read("metadata: {name: sample}"),
        [Kinds.Node] = Read("metadata: {name: sample}\nspec: {podCIDR: 10.0.0.0/24}"),
        [Kinds.Pod] = Read(PodText()),
        [Kinds.Service] = Read("metadata: {name: sample}\nspec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}, {name: other, port: 81, protocol: UDP}]}"),
        [Kinds.Endpoints] = Read("metadata: {name: sample}\nsubsets: [{addresses: [{ip: 10.1.1.1, targetRef: {kind: Pod, name: web}}], ports: [{name: http, port: 80}]}]"),
        [Kinds.ResourceQuota] = Read("metadata: {name: sample}\nspec: {hard: {pods: 2, requests.cpu: 500m}, scopes: [NotTerminating], scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}"),
        [Kinds.LimitRange] = Read("metadata: {name: sample}\nspec: {limits: [{type: Container, max: {cpu: 2}, min: {cpu: 100m}, default: {cpu: 1}, defaultRequest: {cpu: 500m}, maxLimitRequestRatio: {cpu: 4}}]}"),
        [Kinds.EndpointSlice] = Read("metadata: {name: sample}\naddressType: IPv4\nendpoints: [{addresses: [10.1.1.1], conditions: {ready: true}, hostname: a, nodeName: one, targetRef: {kind: Pod, name: web}}]\nports: [{name: http, port: 80}]"),
        [Kinds.ConfigMap] = Read("metadata: {name: sample, labels: {a: b}, annotations: {a: b}}\ndata: {a: b}\nbinaryData: {c: AAEC}"),
        [Kinds.Secret] = Read("metadata: {name: sample}\ntype: Opaque\ndata: {a: Yg==}\nstringData: {c: d}"),
        [Kinds.ServiceAccount] = Read("metadata: {name: sample}\nautomountServiceAccountToken: false\nimagePullSecrets: [{name: a}]"),
        [Kinds.Event] = Read("metadata: {name: sample}\ninvolvedObject: {kind: Pod, name: web, namespace: ns}\nreason: Started\nmessage: it runs\ntype: Normal\ncount: 1\nfirstTimestamp: 2026-01-01T00:00:00Z\neventTime: 2026-01-01T00:00:00.000001Z"),
        [Kinds.Deployment] = Read("metadata: {name: sample}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}\n  template:\n" + Indented(4)),
        [Kinds.ReplicaSet] = Read("metadata: {name: sample}\nspec:\n  selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}\n  template:\n" + Indented(4)),
        [Kinds.StatefulSet] = Read("metadata: {name: sample}\nspec:\n  serviceName: web\n  selector: {matchLabels: {app: web}}\n  template:\n" + Indented(4)),
        [Kinds.Job] = Read("metadata: {name: sample}\nspec:\n  completions: 2\n  parallelism: 2\n  backoffLimit: 1\n  template:\n" + Indented(4) + "      restartPolicy: Never\n"),
        [Kinds.DaemonSet] = Read("metadata: {name: sample}\nspec:\n  selector: {matchLabels: {app: web}}\n  updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 50%}}\n  template:\n" + Indented(4)),
        [Kinds.ControllerRevision] = Read("metadata: {name: sample}\ndata: {spec: {template: {$patch: replace}}}\nrevision: 3"),
        [Kinds.ReplicationController] = Read("metadata: {name: sample}\nspec:\n  replicas: 2\n  selector: {app: web}\n  template:\n" + Indented(4)),
        [Kinds.CronJob] = Read("metadata: {name: sample}\nspec:\n  schedule: '*/5 * * * *'\n  timeZone: Europe/Berlin\n  concurrencyPolicy: Forbid\n  startingDeadlineSeconds: 10\n  jobTemplate:\n    metadata: {labels: {a: b}}\n    spec:\n      backoffLimit: 1\n      template:\n" + Indented(8) + "          restartPolicy: Never\n"),
        [Kinds.HorizontalPodAutoscaler] = Read("metadata: {name: sample}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 2\n  maxReplicas: 5\n  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}, {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 100Mi}}}]\n  behavior: {scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 1, periodSeconds: 10}]}}"),
        [Kinds.PodDisruptionBudget] = Read("metadata: {name: sample}\nspec: {minAvailable: 50%, selector: {matchLabels: {app: web}}, unhealthyPodEvictionPolicy: AlwaysAllow}"),
        [Kinds.StorageClass] = Read("metadata: {name: sample}\nprovisioner: folder.kontrakt\nallowVolumeExpansion: false\nvolumeBindingMode: WaitForFirstConsumer"),
        [Kinds.PersistentVolume] = Read("metadata: {name: sample}\nspec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, csi: {driver: folder.kontrakt, volumeHandle: a}, storageClassName: standard}"),
        [Kinds.PersistentVolumeClaim] = Read("metadata: {name: sample}\nspec: {accessModes: [ReadWriteOnce], storageClassName: '', resources: {requests: {storage: 1Gi}}, selector: {matchLabels: {a: b}}}"),
        [Kinds.Lease] = Read("metadata: {name: sample}\nspec: {holderIdentity: a, leaseDurationSeconds: 15, leaseTransitions: 0, acquireTime: 2026-01-01T00:00:00.000001Z, renewTime: 2026-01-01T00:00:10.000001Z}"),
        [Kinds.NetworkPolicy] = Read("metadata: {name: sample}\nspec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {podSelector: {}, namespaceSelector: {}}], ports: [{port: http}, {port: 80, endPort: 90, protocol: UDP}]}], egress: [{}]}"),
        [Kinds.PriorityClass] = Read("metadata: {name: sample}\nvalue: 7\nglobalDefault: true\ndescription: of samples"),
        [Kinds.CustomResourceDefinition] = Read("""
            metadata: {name: samples.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: samples, kind: Sample, shortNames: [sm], categories: [all]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}}
                additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.replicas, priority: 1, description: how many, format: int32}]
                selectableFields: [{jsonPath: .spec.color}]
                schema:
                  openAPIV3Schema:
                    type: object
                    required: [spec]
                    properties:
                      spec:
                        type: object
                        properties:
                          replicas: {type: integer, minimum: 0, default: 1}
                          color: {type: string, enum: [red, green]}
                          port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                          more: {type: object, additionalProperties: {type: string}}
                          items: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, required: [name], properties: {name: {type: string}}}}
                        x-kubernetes-validations: [{rule: self.replicas < 10, message: too many}]
                      status: {type: object, x-kubernetes-preserve-unknown-fields: true}
            """),
        [Kinds.Role] = Read("metadata: {name: sample}\nrules: [{apiGroups: [''], resources: [pods], verbs: [get], resourceNames: [a]}]"),
        [Kinds.RoleBinding] = Read("metadata: {name: sample}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\nsubjects: [{kind: ServiceAccount, name: a, namespace: ns}, {kind: User, name: b}]"),
        [Kinds.ClusterRole] = Read("metadata: {name: sample}\nrules: [{nonResourceURLs: [/healthz], verbs: [get]}]"),
        [Kinds.ClusterRoleBinding] = Read("metadata: {name: sample}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}\nsubjects: [{kind: Group, name: b}]"),
    };

    public static JsonObject Of(ResourceKind kind) => All[kind].DeepClone().AsObject();

    /// <summary>As the API takes it in: decoded, and with its defaults.</summary>
    public static JsonObject Decoded(ResourceKind kind)
    {
        var value = ObjectDecoder.Decode(kind, Of(kind), FieldValidation.Strict).Json;
        ServedKinds.Of(kind).Default(value);
        return value;
    }

    public static JsonObject Read(string yaml) => YamlFile.Parse("sample", yaml).Documents[0].ToJson()!.AsObject();

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string PodText() => Template.Replace("metadata: {labels", "metadata: {name: sample, labels", StringComparison.Ordinal);

    private static string Indented(int spaces) => string.Concat(Template.Split('\n').Where(line => line.Length > 0).Select(line => new string(' ', spaces) + line + "\n"));
}
