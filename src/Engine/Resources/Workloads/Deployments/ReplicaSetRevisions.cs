using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;
using Annotations = Kontrakt.Engine.Resources.ReplicaSets.Annotations;

namespace Kontrakt.Engine.Resources;

/// <summary>Finds and makes the replica set of a deployment's template, counts revisions, and forgets those beyond the limit.</summary>
internal sealed class ReplicaSetRevisions(ClusterObjects objects, EventRecorder events)
{
    public const string HashLabel = "pod-template-hash";
    private readonly OwnedObjects sets = new(objects, Kinds.Deployment, Kinds.ReplicaSet);

    public IEnumerable<ObjectKey> OwnersOf(StoreEvent change) => sets.OwnersOf(change);

    public ReplicaSets Find(StoredObject deployment)
    {
        var all = sets.Claim(deployment, _ => true).OrderBy(ReplicaSets.Age).ThenBy(set => set.Key.Name, StringComparer.Ordinal).ToList();
        var current = all.FirstOrDefault(set => IsOfTemplate(deployment, set));
        return new(current, [.. all.Where(set => set != current)]);
    }

    /// <summary>The same with the set of the template made where there is none yet, and the revision of both set and deployment.</summary>
    /// <exception cref="StatusException">It cannot be made.</exception>
    public ReplicaSets Ensure(StoredObject deployment, DeploymentSpec spec, ReplicaSets found)
    {
        var revision = found.Old.Select(set => ReplicaSets.Revision(set.View)).DefaultIfEmpty().Max() + 1;
        var current = found.New is null ? Create(deployment, spec, found, revision) : Refresh(deployment, spec, found.New, revision);
        var shown = current.View.Annotations[Annotations.Revision];
        if (deployment.View.Annotations.GetValueOrDefault(Annotations.Revision) != shown)
            objects.Update(deployment.Key, item => item.Metadata().Always("annotations")[Annotations.Revision] = shown);
        return found with { New = current };
    }

    /// <summary>Deletes sets without pods of revisions that nobody may go back to any more.</summary>
    public void Forget(DeploymentSpec spec, ReplicaSets found)
    {
        var surplus = found.Old.Where(set => !set.IsBeingDeleted).OrderBy(set => ReplicaSets.Revision(set.View)).ToList();
        foreach (var set in surplus.Take((int)Math.Max(0, surplus.Count - spec.RevisionHistoryLimit)).Where(IsIdle))
            objects.Delete(set.Key, new(Propagation: Propagation.Background, Uid: set.View.Uid));
    }

    private static bool IsIdle(StoredObject set) => ReplicaSets.Wanted(set) == 0 && ReplicaSets.Count(set, "replicas") == 0
        && KubernetesObject.Number(set.View.At("metadata", "generation")) <= ReplicaSets.Count(set, "observedGeneration");

    private StoredObject Create(StoredObject deployment, DeploymentSpec spec, ReplicaSets found, long revision)
    {
        var template = Template(deployment);
        var name = $"{deployment.Key.Name}-{Hash(deployment, template)}";
        var replicas = RolloutMath.NewReplicas(spec, found, 0);
        try
        {
            var made = objects.Create(Kinds.ReplicaSet, deployment.Key.Namespace, Make(deployment, spec, template, name, replicas, revision));
            if (replicas > 0)
                events.Normal(deployment.View, "ScalingReplicaSet", $"Scaled up replica set {name} to {replicas}");
            return made;
        }
        catch (StatusException e) when (e.Reason == "AlreadyExists")
        {
            // Another template with the same hash, or somebody else's: the next attempt hashes with one more.
            objects.UpdateStatus(deployment.Key, item => item.Always("status")["collisionCount"] = KubernetesObject.Number(item["status"]?["collisionCount"]) + 1);
            throw;
        }
    }

    private StoredObject Refresh(StoredObject deployment, DeploymentSpec spec, StoredObject current, long revision)
    {
        var own = ReplicaSets.Revision(current.View);
        return objects.Update(current.Key, set =>
        {
            var annotations = set.Metadata().Always("annotations");
            foreach (var (key, value) in deployment.View.Annotations.Where(pair => !Annotations.IsOwn(pair.Key)))
                annotations[key] = value;
            if (own < revision)
                annotations[Annotations.Revision] = revision.ToString(CultureInfo.InvariantCulture);
            if (own > 0 && own < revision)
                annotations[Annotations.RevisionHistory] = string.Join(',', ((string[])[annotations.Text(Annotations.RevisionHistory), own.ToString(CultureInfo.InvariantCulture)]).Where(text => text.Length > 0));
            Note(annotations, spec);
            if (KubernetesObject.Number(set.Always("spec")["minReadySeconds"]) != spec.MinReadySeconds)
                set.Always("spec")["minReadySeconds"] = spec.MinReadySeconds;
        });
    }

    private static JsonObject Make(StoredObject deployment, DeploymentSpec spec, JsonObject template, string name, long replicas, long revision)
    {
        var hash = name[(deployment.Key.Name.Length + 1)..];
        template.Metadata().Always("labels")[HashLabel] = hash;
        var annotations = JsonFields.Of(deployment.View.Annotations.Where(pair => !Annotations.IsOwn(pair.Key)).ToDictionary());
        annotations[Annotations.Revision] = revision.ToString(CultureInfo.InvariantCulture);
        Note(annotations, spec);
        var selector = deployment.View.At("spec", "selector")?.DeepClone() as JsonObject ?? [];
        selector.Always("matchLabels")[HashLabel] = hash;
        var set = new JsonObject { ["replicas"] = replicas, ["selector"] = selector, ["template"] = template };
        if (spec.MinReadySeconds > 0)
            set["minReadySeconds"] = spec.MinReadySeconds;
        return new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = template.Metadata()["labels"]?.DeepClone(),
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(OwnerReferences.ToController(deployment)),
            },
            ["spec"] = set,
        };
    }

    /// <summary>What the deployment asked for when the set was last scaled: by that a change of the number is distinguished from a rollout.</summary>
    public static void Note(JsonObject annotations, DeploymentSpec spec)
    {
        annotations[Annotations.Desired] = spec.Replicas.ToString(CultureInfo.InvariantCulture);
        annotations[Annotations.Max] = (spec.Replicas + spec.MaxSurge).ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsOfTemplate(StoredObject deployment, StoredObject set)
    {
        var template = set.View.At("spec", "template")?.DeepClone() as JsonObject ?? [];
        (KubernetesObject.At(template, "metadata", "labels") as JsonObject)?.Remove(HashLabel);
        return JsonNode.DeepEquals(template, Template(deployment));
    }

    private static JsonObject Template(StoredObject deployment)
    {
        var template = deployment.View.At("spec", "template")?.DeepClone() as JsonObject ?? [];
        (KubernetesObject.At(template, "metadata", "labels") as JsonObject)?.Remove(HashLabel);
        return template;
    }

    private static string Hash(StoredObject deployment, JsonObject template) =>
        ObjectNames.Hash(template, KubernetesObject.Number(deployment.View.At("status", "collisionCount")));
}
