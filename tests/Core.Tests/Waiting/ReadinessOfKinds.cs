using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Runs;

namespace Kontrakt.Tests.Waiting;

[TestClass]
public sealed class ReadinessOfKinds
{
    private const string Deployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, generation: 2}, spec: {replicas: 2}, status: ";

    [TestMethod]
    [DataRow(Deployment + "{}}", "its controller has not seen it yet", DisplayName = "unseen")]
    [DataRow(Deployment + "{observedGeneration: 1, updatedReplicas: 2, replicas: 2, availableReplicas: 2}}", "its controller has not seen it yet", DisplayName = "earlier generation")]
    [DataRow(Deployment + "{observedGeneration: 2, updatedReplicas: 1, replicas: 2, availableReplicas: 2}}", "1 of 2 pods are of the latest revision", DisplayName = "updating")]
    [DataRow(Deployment + "{observedGeneration: 2, updatedReplicas: 2, replicas: 3, availableReplicas: 3}}", "has still 1 pod of an earlier revision", DisplayName = "old pods left")]
    [DataRow(Deployment + "{observedGeneration: 2, updatedReplicas: 2, replicas: 2, availableReplicas: 1, unavailableReplicas: 1}}", "1 of 2 pods are available", DisplayName = "unavailable")]
    [DataRow(Deployment + "{observedGeneration: 2, conditions: [{type: ReplicaFailure, status: 'True', reason: FailedCreate, message: exceeded quota}]}}", "ReplicaFailure is True (FailedCreate: exceeded quota)", DisplayName = "quota")]
    [DataRow("{apiVersion: v1, kind: Service, spec: {type: ClusterIP}}", "has no cluster IP yet")]
    [DataRow("{apiVersion: v1, kind: Service, spec: {type: LoadBalancer, clusterIP: 10.0.0.1}}", "has no load balancer address yet (does this cluster have load balancers?)")]
    [DataRow("{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Pending}}", "is not bound to a volume yet")]
    [DataRow("{apiVersion: batch/v1, kind: Job, spec: {completions: 2}, status: {active: 1, failed: 1, succeeded: 1}}", "runs: 1 pod active, 1 failed, 1 of 2 succeeded")]
    [DataRow("{apiVersion: batch/v1, kind: Job, spec: {suspend: true}}", "is suspended (spec.suspend)")]
    [DataRow("{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 1}}}, status: {observedGeneration: 1, updatedReplicas: 1}}", "1 of 2 pods are of the latest revision")]
    [DataRow("{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, updatedReplicas: 1}}", "0 of 1 pods are ready")]
    [DataRow("{apiVersion: apps/v1, kind: DaemonSet, metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 1}}", "1 of 2 pods are ready")]
    [DataRow("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {generation: 1}, status: {observedGeneration: 1}}", "0 of 1 pods are ready")]
    [DataRow("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, status: {conditions: [{type: Established, status: 'True'}]}}", "has no condition NamesAccepted yet")]
    [DataRow("{apiVersion: apiregistration.k8s.io/v1, kind: APIService, status: {conditions: [{type: Available, status: 'False', reason: Missing, message: no endpoints}]}}", "Available is False (Missing: no endpoints)")]
    [DataRow("{apiVersion: v1, kind: ConfigMap, metadata: {deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [a/b, c]}}", "is being deleted; its finalizers: a/b, c")]
    [DataRow("{apiVersion: v1, kind: Pod, status: {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/1 nodes}]}}", "Pending: Unschedulable: 0/1 nodes")]
    [DataRow("{apiVersion: v1, kind: Pod, status: {phase: Running, containerStatuses: [{name: m, ready: false, restartCount: 2, state: {running: {}}}]}}", "Running: container m: running, not ready, 2 restarts")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, metadata: {generation: 3}, status: {observedGeneration: 2, conditions: [{type: Ready, status: 'True'}]}}", "its controller has not seen its latest generation yet")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, metadata: {generation: 3}, status: {conditions: [{type: Ready, status: 'True', observedGeneration: 2}]}}", "its condition Ready is of an earlier generation")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Ready, status: Unknown, reason: Starting}]}}", "Ready is Unknown (Starting)")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Reconciling, status: 'True', message: soon}, {type: Ready, status: 'True'}]}}", "Reconciling is True (soon)")]
    [DataRow("{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2}}", "has still 1 pod more than wanted", DisplayName = "scaled down")]
    [DataRow("{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 1, minReadySeconds: 5}, status: {observedGeneration: 1, updatedReplicas: 1, readyReplicas: 1}}", "0 of 1 pods are available (spec.minReadySeconds)")]
    [DataRow("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {generation: 1}, spec: {minReadySeconds: 5}, status: {observedGeneration: 1, readyReplicas: 1}}", "0 of 1 pods are available (spec.minReadySeconds)")]
    [DataRow("{apiVersion: v1, kind: ReplicationController, metadata: {generation: 1}, spec: {replicas: 2, minReadySeconds: 5}, status: {observedGeneration: 1, readyReplicas: 2, availableReplicas: 1}}", "1 of 2 pods are available (spec.minReadySeconds)")]
    [DataRow("{apiVersion: apps/v1, kind: DaemonSet, metadata: {generation: 1}, spec: {minReadySeconds: 5}, status: {observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady: 2, numberAvailable: 1}}", "1 of 2 pods are available (spec.minReadySeconds)")]
    [DataRow("{apiVersion: kappctrl.k14s.io/v1alpha1, kind: App, metadata: {generation: 2}, status: {observedGeneration: 1, conditions: [{type: ReconcileFailed, status: 'True'}]}}", "its controller has not seen its latest generation yet", DisplayName = "a failure of an earlier generation")]
    [DataRow("{apiVersion: kappctrl.k14s.io/v1alpha1, kind: App, status: {conditions: [{type: Reconciling, status: 'True'}]}}", "Reconciling is True", DisplayName = "an App at work")]
    [DataRow("{apiVersion: kappctrl.k14s.io/v1alpha1, kind: App, status: {conditions: [{type: Deleting, status: 'True'}]}}", "Deleting is True")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, metadata: {generation: 3}, status: {conditions: [{type: SyncFailed, status: 'True', observedGeneration: 2}]}}", "its condition SyncFailed is of an earlier generation")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: ReconcileSucceeded, status: 'False', message: soon}]}}", "ReconcileSucceeded is False (soon)")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Pending, status: 'True'}]}}", "Pending is True")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Ready, status: 'True'}, {type: ConfigError, status: 'True', reason: Bad}]}}", "ConfigError is True (Bad)")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Ready, status: 'True'}, {type: ReconcileFailed, status: 'True'}]}}", "ReconcileFailed is True", DisplayName = "what failed is not ready, whatever else is said")]
    [DataRow("{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, status: {conditions: [{type: Reconciling, status: 'True'}, {type: Ready, status: 'False'}, {type: FetchFailed, status: 'True', reason: GitOperationFailed}]}}", "FetchFailed is True (GitOperationFailed)", DisplayName = "a first try of Flux")]
    [DataRow("{apiVersion: operators.coreos.com/v1alpha1, kind: Subscription, status: {conditions: [{type: CatalogSourcesUnhealthy, status: 'False'}, {type: ResolutionFailed, status: 'True'}]}}", "ResolutionFailed is True", DisplayName = "a first try of OLM")]
    [DataRow("{apiVersion: kubevirt.io/v1, kind: VirtualMachine, status: {conditions: [{type: Failure, status: 'True'}]}}", "Failure is True")]
    [DataRow("{apiVersion: argoproj.io/v1alpha1, kind: Rollout, status: {conditions: [{type: Available, status: 'True'}, {type: ReplicaFailure, status: 'True', message: quota}]}}", "ReplicaFailure is True (quota)")]
    [DataRow(Deployment + "{observedGeneration: 2, conditions: [{type: Progressing, status: 'False', reason: ReplicaSetCreateError, message: quota}]}}", "Progressing is False (ReplicaSetCreateError: quota)", DisplayName = "its controller tries again")]
    [DataRow("{apiVersion: v1, kind: Pod, spec: {restartPolicy: Never, containers: [{name: a}, {name: b}]}, status: {phase: Running, containerStatuses: [{name: a, state: {terminated: {exitCode: 0}}}, {name: b, ready: false, state: {running: {}}}]}}", "Running: container b: running, not ready", DisplayName = "a startup probe")]
    public void Waits(string yaml, string message)
    {
        var state = Readiness.Of(Yaml.Object(yaml));

        Assert.AreEqual(message, (state as ReadinessState.Waiting)?.Message, state.ToString());
    }

    [TestMethod]
    [DataRow(Deployment + "{observedGeneration: 2, updatedReplicas: 2, replicas: 2, availableReplicas: 2}}")]
    [DataRow("{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, spec: {replicas: 0}, status: {observedGeneration: 1}}", DisplayName = "no replicas wanted")]
    [DataRow("{apiVersion: apps/v1, kind: StatefulSet, metadata: {generation: 1}, spec: {replicas: 1, updateStrategy: {type: OnDelete}}, status: {observedGeneration: 1, readyReplicas: 1}}")]
    [DataRow("{apiVersion: apps/v1, kind: DaemonSet, metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 0}}", DisplayName = "no node to run on")]
    [DataRow("{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Complete, status: 'True'}]}}")]
    [DataRow("{apiVersion: batch/v1, kind: CronJob}")]
    [DataRow("{apiVersion: v1, kind: Pod, status: {phase: Succeeded}}")]
    [DataRow("{apiVersion: v1, kind: Pod, status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}}")]
    [DataRow("{apiVersion: v1, kind: Pod, spec: {restartPolicy: Never, containers: [{name: a}, {name: b}]}, status: {phase: Running, conditions: [{type: Ready, status: 'False'}], containerStatuses: [{name: a, state: {terminated: {exitCode: 0}}}, {name: b, ready: true, state: {running: {}}}]}}", DisplayName = "one container has ended with success, and nobody probes the other")]
    [DataRow("{apiVersion: v1, kind: Service, spec: {type: ExternalName}}")]
    [DataRow("{apiVersion: v1, kind: Service, spec: {clusterIP: None}}")]
    [DataRow("{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Bound}}")]
    [DataRow("{apiVersion: v1, kind: ConfigMap}")]
    [DataRow("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, status: {conditions: [{type: ScalingActive, status: 'False'}]}}", DisplayName = "conditions of Kubernetes' own kinds do not count")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing}", DisplayName = "custom resource without status")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Ready, status: 'True'}, {type: Stalled, status: 'False'}]}}")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Odd, status: 'False'}]}}", DisplayName = "unknown conditions")]
    [DataRow("{apiVersion: kappctrl.k14s.io/v1alpha1, kind: App, metadata: {generation: 2}, status: {observedGeneration: 2, conditions: [{type: ReconcileSucceeded, status: 'True'}]}}", DisplayName = "an App that stands")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: ReconcileFailed, status: 'False'}, {type: Ready, status: 'True'}]}}")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Pending, status: 'True'}, {type: Ready, status: 'True'}]}}")]
    [DataRow("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {generation: 1}, spec: {minReadySeconds: 5}, status: {observedGeneration: 1, readyReplicas: 1, availableReplicas: 1}}")]
    [DataRow("{apiVersion: v1, kind: Pod, spec: {containers: [{name: m, readinessProbe: {}}]}, status: {phase: Succeeded, conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-01-01T00:00:09Z'}], containerStatuses: [{name: m, state: {terminated: {exitCode: 0, startedAt: '2026-01-01T00:00:01Z'}}}]}}", DisplayName = "was ready until it ended")]
    public void IsDone(string yaml)
    {
        var state = Readiness.Of(Yaml.Object(yaml));

        Assert.IsInstanceOfType<ReadinessState.Done>(state, state.ToString());
    }

    [TestMethod]
    [DataRow(Deployment + "{observedGeneration: 2, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded, message: too slow}]}}", "KTR4012", "Progressing is False (ProgressDeadlineExceeded: too slow)")]
    [DataRow("{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: Job has reached the specified backoff limit}]}}", "KTR4006", "Job has reached the specified backoff limit (BackoffLimitExceeded)")]
    [DataRow("{apiVersion: v1, kind: Pod, status: {phase: Failed, reason: Evicted, message: The node was low on memory}}", "KTR4011", "Evicted: The node was low on memory")]
    [DataRow("{apiVersion: v1, kind: Pod, status: {phase: Failed, containerStatuses: [{name: m, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]}}", "KTR4011", "container 'm' ended with exit code 137 (SIGKILL; OOMKilled: it used more memory than its limit)")]
    [DataRow("{apiVersion: v1, kind: Pod, status: {phase: Failed, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 2, reason: Error, message: no db}}}]}}", "KTR4011", "init container 'i' ended with exit code 2: no db")]
    [DataRow("{apiVersion: v1, kind: PersistentVolumeClaim, spec: {volumeName: v}, status: {phase: Lost}}", "KTR4012", "its volume v is lost")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Stalled, status: 'True', reason: BadSpec, message: bad}]}}", "KTR4012", "Stalled is True (BadSpec: bad)")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: FetchFailed, status: 'True'}, {type: Stalled, status: 'True', reason: BadUrl}]}}", "KTR4012", "Stalled is True (BadUrl)")]
    [DataRow("{apiVersion: x.io/v1, kind: Thing, status: {conditions: [{type: Ready, status: 'False'}, {type: Failed, status: 'True'}]}}", "KTR4012", "Failed is True")]
    [DataRow("{apiVersion: tekton.dev/v1, kind: TaskRun, status: {conditions: [{type: Succeeded, status: 'False', reason: Failed}]}}", "KTR4012", "Succeeded is False (Failed)")]
    [DataRow("{apiVersion: kappctrl.k14s.io/v1alpha1, kind: App, status: {conditions: [{type: ReconcileFailed, status: 'True', message: 'Deploying: Error'}]}}", "KTR4012", "ReconcileFailed is True (Deploying: Error)")]
    [DataRow("{apiVersion: packaging.carvel.dev/v1alpha1, kind: PackageInstall, status: {conditions: [{type: DeleteFailed, status: 'True'}]}}", "KTR4012", "DeleteFailed is True")]
    [DataRow("{apiVersion: v1, kind: Pod, spec: {restartPolicy: Never, containers: [{name: m, readinessProbe: {}}]}, status: {phase: Succeeded, conditions: [{type: Ready, status: 'False', lastTransitionTime: '2026-01-01T00:00:00Z'}], containerStatuses: [{name: m, state: {terminated: {exitCode: 0, startedAt: '2026-01-01T00:00:01Z'}}}]}}", "KTR4011", "it ended with success and was never ready, as its readiness probe has to say")]
    [DataRow("{apiVersion: v1, kind: Pod, spec: {restartPolicy: OnFailure, containers: [{name: a}, {name: b, readinessProbe: {}}]}, status: {phase: Running, containerStatuses: [{name: a, state: {terminated: {exitCode: 0}}}, {name: b, state: {running: {}}}]}}", "KTR4011", "container 'a' ended with exit code 0 and is not started again (restartPolicy OnFailure), so the pod cannot become ready")]
    public void Fails(string yaml, string code, string message)
    {
        var state = Readiness.Of(Yaml.Object(yaml)) as ReadinessState.Failed;

        Assert.AreEqual((code, message), (state?.Kind.Code, state?.Message));
    }

    [TestMethod]
    public void AClaimThatWaitsForAPodIsReadyWhenNoPodComes()
    {
        var claim = Yaml.Object("{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Pending}}");

        Assert.IsInstanceOfType<ReadinessState.Done>(Readiness.OfClaim(claim, waitsForConsumer: true, consumed: false));
        Assert.IsInstanceOfType<ReadinessState.Waiting>(Readiness.OfClaim(claim, waitsForConsumer: true, consumed: true));
        Assert.IsInstanceOfType<ReadinessState.Waiting>(Readiness.OfClaim(claim, waitsForConsumer: false, consumed: false));
    }

    [TestMethod]
    [DataRow("v1", "ConfigMap", false)]
    [DataRow("v1", "Pod", true)]
    [DataRow("networking.k8s.io/v1", "Ingress", false)]
    [DataRow("gateway.networking.k8s.io/v1", "Gateway", true)]
    [DataRow("apps/v1", "Deployment", true)]
    public void OnlyWhatCanBeUnreadyIsWatched(string apiVersion, string kind, bool matters) =>
        Assert.AreEqual(matters, Readiness.Matters(GroupVersionKind.From(apiVersion, kind)));

    [TestMethod]
    public void EveryKindOfFailureTakesAnObjectAndAMessage()
    {
        foreach (var kind in new[] { Ktr.JobFailed, Ktr.PodFailed, Ktr.ResourceFailed })
            StringAssert.Contains(kind.At(null, "job/x", "why").Message, "job/x failed: why");
    }
}
