using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;
using Kontrakt.Runs;
using static Kontrakt.Tests.Waiting.Replay;

namespace Kontrakt.Tests.Waiting;

/// <summary>How events find the test or object that they are about, and what is kept of those that must become ready.</summary>
[TestClass]
public sealed class EventsOfAKontrakt
{
    private static readonly Manifest Deployment = Yaml.Manifest("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {containers: [{name: main}]}}}}");
    private static readonly Manifest OneJob = Yaml.Manifest("{apiVersion: batch/v1, kind: Job, metadata: {name: o}, spec: {template: {spec: {containers: [{name: main}]}}}}");
    private static readonly Manifest OnePod = Yaml.Manifest("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {restartPolicy: Never, containers: [{name: main}, {name: side}]}}");
    private static readonly Manifest Claim = Yaml.Manifest("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}}");
    private static readonly Manifest Thing = Yaml.Manifest("{apiVersion: x.io/v1, kind: Thing, metadata: {name: t}}");
    private static readonly string OfReplicaSet = "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: d-1, uid: d-1}]";
    private static readonly string OfJob = "ownerReferences: [{apiVersion: batch/v1, kind: Job, name: o, uid: o}]";

    private static Seen ReplicaSet => Object("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: d-1, uid: d-1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: d, uid: d}]}}");

    [TestMethod]
    public void APodThatIsSeenBeforeItsReplicaSetIsNotLost()
    {
        var history = Of([Deployment], KontraktLabel.Test, [Pod("main=3", "Always", metadata: OfReplicaSet), Workload("Deployment", "replicas: 1", "", "d"), ReplicaSet]);

        Assert.AreEqual("container 'main' ended with exit code 3", (history.Outcome(Deployment) as TestOutcome.Failed)?.Message);
    }

    [TestMethod]
    public void OfOthersPodsNothingIsKept()
    {
        var state = new ClusterState();
        var all = new KontraktManifests(new("k", "/k", [], null), [Deployment], [], [], []);
        var unplaced = new UnplacedEvents(new(all, state));
        void See(Seen seen) => state.Apply(seen.Item.GroupVersionKind, new(WatchEventType.Modified, seen.Item));

        unplaced.Add(Pod("main=run", name: "alone").Item, deleted: false);
        Assert.IsEmpty(unplaced.All);

        unplaced.Add(Pod("main=run", metadata: OfReplicaSet).Item, deleted: false);
        unplaced.Add(Pod("main=0", metadata: OfReplicaSet).Item, deleted: false);
        Assert.IsEmpty(unplaced.TakePlaced());
        Assert.HasCount(2, unplaced.All, "its ReplicaSet may still turn out to be the kontrakt's");

        See(Object("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: d-1, uid: d-1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: other, uid: other}]}}"));
        Assert.IsEmpty(unplaced.TakePlaced());
        Assert.HasCount(2, unplaced.All);

        See(Workload("Deployment", "replicas: 1", "", "other"));
        Assert.IsEmpty(unplaced.TakePlaced());
        Assert.IsEmpty(unplaced.All);
    }

    [TestMethod]
    public void APodWhoseReplicaSetIsGoneIsStillItsDeployments()
    {
        var history = Of([Deployment], KontraktLabel.Test, [Workload("Deployment", "replicas: 1", "", "d"), ReplicaSet, ReplicaSet.Gone(), Pod("main=3", "Always", metadata: OfReplicaSet)]);

        Assert.IsInstanceOfType<TestOutcome.Failed>(history.Outcome(Deployment));
    }

    [TestMethod]
    public void AVerdictStandsWhateverComesAfterIt()
    {
        var history = Of([OneJob], KontraktLabel.Test, [Job("active: 1"), Job(Complete), Job(TooMany), Job(TooMany).Gone()]);

        Assert.IsInstanceOfType<TestOutcome.Passed>(history.Outcome(OneJob));
    }

    [TestMethod]
    public void PodsOfAJobThatWasMadeAnewAreNotThoseOfTheOneBefore()
    {
        var history = Of([OneJob], KontraktLabel.Test, [Job("active: 1", metadata: "", name: "o"), Pod("main=1 side=run", metadata: OfJob.Replace("uid: o", "uid: earlier", StringComparison.Ordinal)), Job("active: 1", "backoffLimit: 0")]);

        Assert.IsInstanceOfType<TestOutcome.Running>(history.Outcome(OneJob));
    }

    [TestMethod]
    public void WhatWasReadyAndIsDeletedIsReadyForGood()
    {
        var available = Workload("Deployment", "replicas: 1", "observedGeneration: 1, updatedReplicas: 1, replicas: 1, availableReplicas: 1", "d");
        var bound = Object("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, uid: c}, status: {phase: Bound}}");
        var lost = Object("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, uid: c}, status: {phase: Lost}}");

        var history = Of([Deployment, Claim], KontraktLabel.None, [available, Workload("Deployment", "replicas: 0", "", "d").Gone(), bound, lost.Gone()]);
        Assert.IsInstanceOfType<ReadinessState.Done>(history.Verdict(Deployment));
        Assert.IsInstanceOfType<ReadinessState.Done>(history.Verdict(Claim));

        var there = Of([Deployment, Claim], KontraktLabel.None, [available, bound, lost]);
        Assert.IsNull(there.Verdict(Deployment), "what it shows now counts");
        Assert.IsNull(there.Verdict(Claim), "what it shows now counts");
    }

    [TestMethod]
    public void WhatWasReadyBeforeItWasAppliedAgainCountsOnlyWhereNothingHasChanged()
    {
        var before = Image("a", generation: 1, seen: 1);
        var after = Image("b", generation: 2, seen: 1);

        Assert.IsInstanceOfType<ReadinessState.Done>(Deleted(Image("a", generation: 1, seen: 1), before));
        Assert.IsNull(Deleted(after, after), "it was never ready with what it was deleted with");
        Assert.IsNull(Deleted(after, before, after), "an event of before, which was still on its way");
        Assert.IsInstanceOfType<ReadinessState.Done>(Deleted(after, Image("b", generation: 2, seen: 2), after));

        // Ready before, applied again, then these events, of which the last is its deletion.
        ReadinessState? Deleted(Seen applied, params Seen[] events)
        {
            var history = Of([Deployment], KontraktLabel.None, [before]);
            history.AppliedAgain(Deployment, before.Item, applied.Item);
            foreach (var (each, index) in events.Select((each, index) => (each, index)))
                history.Take(new(index == events.Length - 1 ? WatchEventType.Deleted : WatchEventType.Modified, each.Item), decide: true);
            return history.Verdict(Deployment);
        }

        static Seen Image(string image, int generation, int seen) => Object($"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d, uid: d, generation: {generation}}}, spec: {{replicas: 1, template: {{spec: {{containers: [{{name: main, image: {image}}}]}}}}}}, status: {{observedGeneration: {seen}, updatedReplicas: 1, replicas: 1, availableReplicas: 1}}}}");
    }

    [TestMethod]
    public void ATestThatPassedBeforeItWasAppliedAgainWithAnotherImageHasNotPassed()
    {
        var before = Object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, uid: d, generation: 1}, spec: {replicas: 1, template: {spec: {containers: [{name: main, image: a}]}}}, status: {observedGeneration: 1}}");
        var scaled = Object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, uid: d, generation: 2}, spec: {replicas: 1, paused: true, template: {spec: {containers: [{name: main, image: a}]}}}, status: {observedGeneration: 2}}");
        var changed = Object("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, uid: d, generation: 3}, spec: {replicas: 1, template: {spec: {containers: [{name: main, image: b}]}}}, status: {observedGeneration: 3}}");
        var history = Of([Deployment], KontraktLabel.Test, [before, ReplicaSet, Pod("main=0", "Always", metadata: OfReplicaSet)]);
        Assert.IsInstanceOfType<TestOutcome.Passed>(history.Outcome(Deployment));

        history.AppliedAgain(Deployment, before.Item, scaled.Item);
        Assert.IsInstanceOfType<TestOutcome.Passed>(history.Outcome(Deployment), "its pods are the same");

        history.AppliedAgain(Deployment, scaled.Item, changed.Item);
        Assert.IsInstanceOfType<TestOutcome.Running>(history.Outcome(Deployment));
    }

    [TestMethod]
    public void ACustomResourceMayTurnWhileItIsThere()
    {
        var thing = Object("{apiVersion: x.io/v1, kind: Thing, metadata: {name: t, uid: t}}");

        Assert.IsNull(Of([Thing], KontraktLabel.None, [thing]).Verdict(Thing));
        Assert.IsInstanceOfType<ReadinessState.Done>(Of([Thing], KontraktLabel.None, [thing, thing.Gone()]).Verdict(Thing));
    }

    [TestMethod]
    public void AJobThatDeletesItselfWasDone() =>
        Assert.IsInstanceOfType<ReadinessState.Done>(Of([OneJob], KontraktLabel.None, [Job("active: 1"), Job(Complete, metadata: Dying), Job(Complete).Gone()]).Verdict(OneJob));

    [TestMethod]
    public void AJobThatWasDeletedBeforeItsEndSaysSo()
    {
        var verdict = Of([OneJob], KontraktLabel.None, [Job("active: 1"), Job("active: 1").Gone()]).Verdict(OneJob) as ReadinessState.Failed;

        Assert.AreEqual("KTR4033", verdict?.Kind.Code);
    }

    [TestMethod]
    public void APodThatStartsNothingAgainHasFailedWithItsFirstContainer()
    {
        var verdict = Of([OnePod], KontraktLabel.None, [Pod("main=run side=run"), Pod("main=3 side=run")]).Verdict(OnePod) as ReadinessState.Failed;

        Assert.AreEqual(("KTR4011", "container 'main' ended with exit code 3"), (verdict?.Kind.Code, verdict?.Message));
    }

    [TestMethod]
    public void APodThatFailsAfterItWasReadyHasFailedAndOneThatATestDeletesHasNot()
    {
        var ready = Pod("main=run side=run", status: "conditions: [{type: Ready, status: 'True'}]");
        var dying = Dying.Replace("40Z", "35Z", StringComparison.Ordinal);

        Assert.IsInstanceOfType<ReadinessState.Failed>(Of([OnePod], KontraktLabel.None, [ready, Pod("main=3 side=run")]).Verdict(OnePod));
        Assert.IsInstanceOfType<ReadinessState.Done>(Of([OnePod], KontraktLabel.None, [ready, Pod("main=143 side=run", metadata: dying)]).Verdict(OnePod));
        Assert.IsInstanceOfType<ReadinessState.Done>(Of([OnePod], KontraktLabel.None, [ready, ready.Gone()]).Verdict(OnePod));
    }

    [TestMethod]
    public void APodThatStartsItAgainHasNot()
    {
        Assert.IsNull(Of([OnePod], KontraktLabel.None, [Pod("main=3 side=run", "Always")]).Verdict(OnePod));
        Assert.IsNull(Of([OnePod], KontraktLabel.None, [Pod("main=3 side=run", "OnFailure")]).Verdict(OnePod));
        Assert.IsNull(Of([OnePod], KontraktLabel.None, [Pod("main=0 side=run")]).Verdict(OnePod));
    }

    [TestMethod]
    public void ATargetOfACustomKindHasRunOnceAPodWithItsLabelsHas()
    {
        var service = Yaml.Manifest("{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: s}, spec: {template: {metadata: {labels: {kontrakt: target, app: s}}, spec: {containers: [{name: main}]}}}}");
        var rollout = Yaml.Manifest("{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r}, spec: {template: {metadata: {labels: {kontrakt: target}}, spec: {containers: [{name: main}]}}}}");
        var ofRollout = Object("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: d-1, uid: d-1, ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: r, uid: r}]}}");
        var ofRevision = Object("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: d-1, uid: d-1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: s-1, uid: s-1}]}}");
        var manifests = new KontraktManifests(new("k", "/k", [], null), [rollout], [], [new(rollout, ["spec", "template"], KontraktLabel.Target)], []);
        const string Labels = ", labels: {kontrakt: target, app: s, more: x}";

        Assert.Contains(new GroupVersionKind("apps", "v1", "ReplicaSet"), ClusterWatch.KindsOf(manifests));
        Assert.HasCount(1, Of([rollout], KontraktLabel.Target, [Pod("main=run", metadata: OfReplicaSet), ofRollout]).RanTargets);
        Assert.HasCount(1, Of([service], KontraktLabel.Target, [Pod("main=run", metadata: OfReplicaSet + Labels), ofRevision]).RanTargets);
        Assert.IsEmpty(Of([service], KontraktLabel.Target, [Pod("main=new", metadata: OfReplicaSet + Labels), ofRevision]).RanTargets, "it has not run");
        Assert.IsEmpty(Of([service], KontraktLabel.Target, [Pod("main=run", metadata: OfReplicaSet + ", labels: {kontrakt: target}"), ofRevision]).RanTargets, "other labels");
        Assert.IsEmpty(Of([service], KontraktLabel.Target, [Pod("main=run", metadata: "labels: {kontrakt: target, app: s}")]).RanTargets, "nobody's pod");
        Assert.HasCount(1, Of([service, Deployment], KontraktLabel.Target, [Workload("Deployment", "replicas: 1", "", "d"), ReplicaSet, Pod("main=run", metadata: OfReplicaSet + Labels)]).RanTargets, "a Deployment's own");
    }

    [TestMethod]
    public void ATargetHasRunOnceAContainerOfItHas()
    {
        Assert.IsEmpty(Of([Deployment], KontraktLabel.Target, [Workload("Deployment", "replicas: 0", "observedGeneration: 1", "d")]).RanTargets);
        Assert.IsEmpty(Of([OnePod], KontraktLabel.Target, [Pod("main=new side=new", phase: "Pending"), Pod("main=3 side=3", phase: "Failed")]).RanTargets);
        Assert.HasCount(1, Of([OnePod], KontraktLabel.Target, [Pod("main=run side=new")]).RanTargets);
        Assert.HasCount(1, Of([OneJob], KontraktLabel.Target, [Job("active: 1"), Pod("main=0", metadata: OfJob), Pod("main=0", metadata: OfJob).Gone()]).RanTargets);
    }
}
