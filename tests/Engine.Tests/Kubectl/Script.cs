namespace Engine.Tests.Kubectl;

/// <summary>A day with kubectl: what people do to a namespace, right and wrong, in an order in which each step finds what it needs.</summary>
internal static class Script
{
    private const string Web = """
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, labels: {app: web}}, spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {
          metadata: {labels: {app: web}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: web, image: IMAGE, command: [sh, -c, 'echo serving; exec httpd -f -p 8080'],
          ports: [{name: http, containerPort: 8080, protocol: TCP}], readinessProbe: {tcpSocket: {port: http}, periodSeconds: 1}}]}}}}
        """;

    public static IReadOnlyList<Step> Steps { get; } = [.. Configuration, .. Rights, .. Workloads, .. OtherWorkloads, .. Pods, .. Limits, .. Mistakes, .. End];

    /// <summary>By this path, for "create token" is not known to every kubectl.</summary>
    private const string TokenRequest = """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""";

    private static IEnumerable<Step> Configuration =>
    [
        new("create namespace NS"),
        new("get namespace NS"),
        new("get namespace NS -o jsonpath={.status.phase}"),
        new("create configmap settings --from-literal=a=1 --from-literal=b=2"),
        new("create configmap settings --from-literal=a=1", 1),
        new("get configmap settings"),
        new("get cm/settings -o jsonpath={.data.a}"),
        new("label configmap settings tier=web"),
        new("label configmap settings tier=db", 1),
        new("label configmap settings tier=db --overwrite"),
        new("get configmaps -l tier=db -o name"),
        new("get configmaps -l tier!=db,other -o name"),
        new("get configmaps --field-selector metadata.name=settings --show-labels"),
        new("annotate configmap settings note=hello"),
        new("""patch configmap settings --type merge -p '{"data":{"b":null,"c":"3"}}'"""),
        new("""patch configmap settings --type json -p '[{"op":"replace","path":"/data/a","value":"one"}]'"""),
        new("""patch configmap settings --type json -p '[{"op":"test","path":"/data/a","value":"two"}]'""", 1) { Compared = Compared.ExitCodeOnly },
        new("get configmap settings -o jsonpath={.data}"),
        new("describe configmap settings") { Compared = Compared.AnyOrder },
        new("apply -f -", Input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {x: '1'}}"),
        new("apply -f -", Input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {x: '1'}}"),
        new("apply -f -", Input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {w: '2'}}"),
        new("apply --server-side -f -", Input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: owned}, data: {x: '1'}}"),
        new("apply --server-side --field-manager other -f -", 1, "{apiVersion: v1, kind: ConfigMap, metadata: {name: owned}, data: {x: '2'}}"),
        new("apply --server-side --field-manager other --force-conflicts -f -", Input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: owned}, data: {x: '2'}}"),
        new("apply --dry-run=server -f -", Input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: tried}, data: {x: '1'}}"),
        new("get configmap applied -o jsonpath={.data}"),
        new("replace -f -", Input: "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {z: '3'}}"),
        new("diff -f -", 1, "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {z: '4'}}") { Compared = Compared.ExitCodeOnly },
        new("create secret generic login --from-literal=password=secret"),
        new("get secret login -o jsonpath={.data.password}"),
        new("get secret login"),
        new("describe secret login"),
        new("delete configmap applied owned"),
        new("get configmaps -o name"),
    ];

    private static IEnumerable<Step> Rights =>
    [
        new("create serviceaccount robot"),
        new("create role reader --verb=get,list --resource=pods,deployments.apps"),
        new("create rolebinding robot-reads --role=reader --serviceaccount=NS:robot"),
        new("get role reader -o jsonpath={.rules}"),
        new("get rolebinding robot-reads"),
        new("get rolebinding robot-reads -o wide"),
        new("auth can-i list pods --as=system:serviceaccount:NS:robot"),
        new("auth can-i list deployments.apps --as=system:serviceaccount:NS:robot"),
        new("auth can-i delete pods --as=system:serviceaccount:NS:robot", 1),
        new("auth can-i '*' '*'"),
        new("get pods --as=system:serviceaccount:NS:robot"),
        new("get secrets --as=system:serviceaccount:NS:robot", 1),
        new("delete deployment web --as=system:serviceaccount:NS:robot", 1),
        new("create role more --verb=* --resource=secrets --as=system:serviceaccount:NS:robot", 1),
        new("create --raw /api/v1/namespaces/NS/serviceaccounts/robot/token -f -", Input: TokenRequest) { Compared = Compared.ExitCodeOnly },
        new("create --raw /api/v1/namespaces/NS/serviceaccounts/nobody/token -f -", 1, TokenRequest),
    ];

    private static IEnumerable<Step> Workloads =>
    [
        new("apply --server-side -f -", Input: Web),
        new("rollout status deployment/web --timeout=120s") { Compared = Compared.LastLine },
        new("get deployment web"),
        new("get deployment,replicaset -l app=web -o custom-columns=KIND:.kind,WANTED:.spec.replicas,READY:.status.readyReplicas"),
        new("get pods -l app=web -o custom-columns=PHASE:.status.phase,CONTAINERS:.spec.containers[*].name,RESTARTS:.status.containerStatuses[0].restartCount"),
        new("get pods"),
        new("apply --server-side -f -", Input: Web),
        new("""patch deployment web -p '{"spec":{"replicas":3}}'"""),
        new("rollout status deployment/web --timeout=120s") { Compared = Compared.LastLine },
        new("scale deployment web --current-replicas=9 --replicas=1", 1),
        new("set env deployment/web GREETING=hello"),
        new("rollout status deployment/web --timeout=120s") { Compared = Compared.LastLine },
        new("get deployment web -o jsonpath={.spec.template.spec.containers[0].env}"),
        new("rollout history deployment/web"),
        new("rollout undo deployment/web") { Compared = Compared.OnEngineOnly },
        new("scale deployment web --replicas=1") { Compared = Compared.OnEngineOnly },
        new("scale deployment web --replicas=3") { Compared = Compared.OnEngineOnly },
        new("rollout status deployment/web --timeout=120s") { Compared = Compared.LastLine },
        new("rollout restart deployment/web"),
        new("rollout status deployment/web --timeout=120s") { Compared = Compared.LastLine },
        new("expose deployment web --port=80 --target-port=http"),
        new("get service web"),
        new("get endpoints web -o jsonpath={.subsets[0].ports}"),
        new("get endpointslices -l kubernetes.io/service-name=web -o name") { Compared = Compared.ExitCodeOnly },
        new("get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[0].ports[0].port}-{.items[0].addressType}"),
        new("wait --for=condition=Available deployment/web --timeout=60s"),
        new("exec deployment/web -- sh -c 'echo $((6*7)); exit 0'") { Compared = Compared.LastLine },
        new("exec deployment/web -- sh -c 'exit 7'", 7) { Compared = Compared.LastLine },
        new("logs deployment/web") { Compared = Compared.LastLine },
        new("""patch deployment web -p '{"spec":{"replicas":0}}'"""),
        new("rollout status deployment/web --timeout=60s") { Compared = Compared.LastLine },
        new("delete deployment,service web"),
    ];

    private const string Template = """{metadata: {labels: {app: NAME}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: IMAGE, command: [sleep, '1000']}]}}""";

    private static string Of(string kind, string name, string spec) =>
        $"{{apiVersion: {kind.Split(' ')[0]}, kind: {kind.Split(' ')[1]}, metadata: {{name: {name}}}, spec: {{{spec}, template: {Template.Replace("NAME", name, StringComparison.Ordinal)}}}}}";

    private static IEnumerable<Step> OtherWorkloads =>
    [
        new("apply -f -", Input: Of("apps/v1 DaemonSet", "agent", "selector: {matchLabels: {app: agent}}")),
        new("rollout status daemonset/agent --timeout=120s") { Compared = Compared.LastLine },
        new("get daemonset agent"),
        new("get daemonset agent -o jsonpath={.spec.updateStrategy.rollingUpdate.maxUnavailable}"),
        new("get pods -l app=agent -o jsonpath={.items[0].spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key}"),
        new("set env daemonset/agent GREETING=hello"),
        new("rollout status daemonset/agent --timeout=120s") { Compared = Compared.LastLine },
        new("rollout history daemonset/agent"),
        new("rollout undo daemonset/agent"),
        new("rollout status daemonset/agent --timeout=120s") { Compared = Compared.LastLine },
        new("get daemonset agent -o jsonpath={.spec.template.spec.containers[0].env}"),
        new("rollout history daemonset/agent"),
        new("get controllerrevisions -l app=agent -o jsonpath={.items[*].revision}"),
        new("""patch daemonset agent -p '{"spec":{"template":{"spec":{"nodeSelector":{"disk":"none"}}}}}'"""),
        new("wait --for=delete pod -l app=agent --timeout=60s") { Compared = Compared.ExitCodeOnly },
        new("get daemonset agent -o jsonpath={.status.desiredNumberScheduled}"),
        new("delete daemonset agent --cascade=foreground"),
        new("get controllerrevisions -l app=agent -o name"),
        new("create -f -", 1, Of("apps/v1 DaemonSet", "agent", "selector: {matchLabels: {app: other}}")),
        new("apply -f -", Input: Of("apps/v1 StatefulSet", "db", "serviceName: db, selector: {matchLabels: {app: db}}")),
        new("rollout status statefulset/db --timeout=120s") { Compared = Compared.LastLine },
        new("set env statefulset/db GREETING=hello"),
        new("rollout status statefulset/db --timeout=120s") { Compared = Compared.LastLine },
        new("rollout undo statefulset/db"),
        new("rollout status statefulset/db --timeout=120s") { Compared = Compared.LastLine },
        new("get statefulset db -o jsonpath={.spec.template.spec.containers[0].env}"),
        new("rollout history statefulset/db"),
        new("delete statefulset db"),
        new("apply -f -", Input: Of("v1 ReplicationController", "old", "replicas: 2")),
        new("wait --for=condition=Ready pod -l app=old --timeout=60s") { Compared = Compared.ExitCodeOnly },
        new("get replicationcontroller old -o jsonpath={.spec.selector}"),
        new("""patch replicationcontroller old -p '{"spec":{"replicas":1}}'"""),
        new("get rc old -o jsonpath={.spec.replicas}"),
        new("delete rc old"),
        new("create -f -", 1, Of("v1 ReplicationController", "old", "selector: {app: other}")),
        new("apply -f -", Input: "{apiVersion: batch/v1, kind: CronJob, metadata: {name: tick}, spec: {schedule: '0 0 1 1 *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: IMAGE, command: [echo, tick]}]}}}}}}") { Compared = Compared.OnEngineOnly },
        new("get cronjob tick") { Compared = Compared.OnEngineOnly },
        new("create job now --from=cronjob/tick") { Compared = Compared.OnEngineOnly },
        new("wait --for=condition=complete job/now --timeout=60s") { Compared = Compared.OnEngineOnly },
        new("logs job/now") { Compared = Compared.OnEngineOnly },
        new("delete cronjob tick") { Compared = Compared.OnEngineOnly },
    ];

    private static IEnumerable<Step> Pods =>
    [
        new("create -f -", Input: """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"once"},"spec":{"backoffLimit":0,"template":{"spec":
            {"restartPolicy":"Never","containers":[{"name":"once","image":"IMAGE","command":["sh","-c","echo one; echo two; exit 3"]}]}}}}
            """),
        new("wait --for=condition=failed job/once --timeout=60s"),
        new("get pods -l job-name=once"),
        new("get pods -l job-name=once -o jsonpath={.items[0].status.containerStatuses[0].state.terminated.exitCode}"),
        new("logs job/once"),
        new("logs job/once --tail=1"),
        new("logs job/once -c nothing", 1),
        new("delete job once"),
        new("create job work --image=IMAGE -- echo done"),
        new("wait --for=condition=complete job/work --timeout=60s"),
        new("get job work -o jsonpath={.status.succeeded}"),
        new("logs job/work"),
        new("run missing --image=localhost:1/not/there:1 --restart=Never"),
        new("get pods --sort-by=.metadata.name -o name"),
        new("delete pod missing --now"),
        new("delete job work"),
        new("run sleeper --image=IMAGE --restart=Never -- sleep 1000"),
        new("wait --for=condition=Ready pod/sleeper --timeout=60s"),
        new("exec sleeper -- hostname"),
        new("exec sleeper -- cat /var/run/secrets/kubernetes.io/serviceaccount/namespace"),
        new("delete pod sleeper --grace-period=0 --force") { Compared = Compared.ExitCodeOnly },
    ];

    private static string Limited(string name, string resources) =>
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{terminationGracePeriodSeconds: 0, containers: [{{name: c, image: IMAGE, command: [sleep, '1000'], resources: {{{resources}}}}}]}}}}";

    private static IEnumerable<Step> Limits =>
    [
        new("apply -f -", Input: "{apiVersion: v1, kind: ResourceQuota, metadata: {name: budget}, spec: {hard: {pods: '1', limits.memory: 100Mi, count/deployments.apps: '0'}}}"),
        new("create -f -", 1, "{apiVersion: v1, kind: ResourceQuota, metadata: {name: bad}, spec: {hard: {apples: '1'}}}"),
        new("create -f -", 1, "{apiVersion: v1, kind: ResourceQuota, metadata: {name: bad}, spec: {hard: {cpu: '1'}, scopes: [BestEffort]}}") { Compared = Compared.ExitCodeOnly }, // 1.20 shows values as Go does.
        new("create -f -", 1, Limited("unlimited", "")) { Compared = Compared.ExitCodeOnly }, // 1.20 does not name the container.
        new("apply -f -", Input: "{apiVersion: v1, kind: LimitRange, metadata: {name: usual}, spec: {limits: [{type: Container, default: {cpu: 100m, memory: 64Mi}, defaultRequest: {cpu: 10m}, max: {memory: 128Mi}}, {type: Pod, max: {cpu: '1'}}]}}"),
        new("create -f -", 1, "{apiVersion: v1, kind: LimitRange, metadata: {name: bad}, spec: {limits: [{type: Container, min: {cpu: '2'}, max: {cpu: '1'}}]}}") { Compared = Compared.ExitCodeOnly },
        new("get limitrange usual -o jsonpath={.spec.limits[0].defaultRequest}"),
        new("describe limitrange usual") { Compared = Compared.AnyOrder },
        new("create -f -", 1, Limited("large", "limits: {memory: 1Gi}")),
        new("create -f -", 1, Limited("quick", "limits: {cpu: '2'}")),
        new("create -f -", 1, Limited("many", "limits: {memory: 128Mi}")),
        new("create -f -", Input: Limited("filled", "")),
        new("get pod filled -o jsonpath={.spec.containers[0].resources}"),
        new("""get pod filled -o 'jsonpath={.metadata.annotations.kubernetes\.io/limit-ranger}'"""),
        new("create -f -", 1, Limited("second", "")),
        new("create deployment more --image=IMAGE", 1),
        new("describe quota budget"),
        new("delete pod filled --grace-period=0 --force") { Compared = Compared.ExitCodeOnly },
        new("delete quota budget"),
        new("delete limits usual"),
    ];

    private static IEnumerable<Step> Mistakes =>
    [
        new("get configmap nothing", 1),
        new("get pods nothing", 1),
        new("get nonsense", 1),
        new("delete service nothing", 1),
        new("delete service nothing --ignore-not-found"),
        new("logs nothing", 1),
        new("exec nothing -- true", 1),
        new("apply -f -", 1, "{apiVersion: example.com/v1, kind: Thing, metadata: {name: x}}") { Compared = Compared.ExitCodeOnly },
        new("create -f -", 1, "{apiVersion: v1, kind: ConfigMap, metadata: {name: Upper_Case}}"),
        new("apply --server-side -f -", 1, "{apiVersion: apps/v1, kind: Deployment, metadata: {name: bad}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: c}}, spec: {containers: [{name: c, image: x}]}}}}"),
        new("create -f -", 1, "{apiVersion: v1, kind: Service, metadata: {name: bad}, spec: {ports: [{port: 70000}]}}"),
        new("create -f -", 1, "{apiVersion: v1, kind: Pod, metadata: {name: bad}, spec: {containers: []}}"),
        new("create configmap far --from-literal=a=1 -n not-there-NS", 1),
        new("scale deployment nothing --replicas=1", 1) { Compared = Compared.ExitCodeOnly },
        new("rollout status deployment/nothing", 1),
        new("auth can-i list pods --as=nobody-NS", 1),
    ];

    private static IEnumerable<Step> End =>
    [
        new("api-resources --api-group=apps -o name"),
        new("get --raw /healthz"),
        new("explain deployment.spec.replicas") { Compared = Compared.ExitCodeOnly },
        new("cluster-info") { Compared = Compared.ExitCodeOnly },
        new("version") { Compared = Compared.ExitCodeOnly },
        new("get nodes") { Compared = Compared.ExitCodeOnly },
        new("get events") { Compared = Compared.ExitCodeOnly },
        new("get all"),
        new("delete configmap --all -o name"),
        new("delete namespace NS"),
        new("get namespace NS", 1),
    ];
}
