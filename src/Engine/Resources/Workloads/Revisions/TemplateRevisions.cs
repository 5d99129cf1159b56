using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// The templates of pods that an object has had, each a ControllerRevision: what pods of an earlier template are made from again, and what
/// `kubectl rollout history` and `undo` read.
/// </summary>
internal sealed class TemplateRevisions(ClusterObjects objects, ResourceKind owners)
{
    /// <summary>Of pods and of revisions; of what else, their owner's kind decides.</summary>
    public const string Label = "controller-revision-hash";
    private readonly OwnedObjects owned = new(objects, owners, Kinds.ControllerRevision);

    /// <summary>Whom it concerns that a revision is gone: that of the template as it is must exist.</summary>
    public IEnumerable<ObjectKey> Concerned(StoreEvent change) => change.Type == ChangeType.Deleted ? owned.OwnersOf(change) : [];

    /// <summary>All of an owner, the oldest first.</summary>
    public IReadOnlyList<StoredObject> Of(StoredObject owner) => [.. owned.Claim(owner, _ => true).OrderBy(Number)];

    /// <summary>That of the template as it is, made where there is none yet, and the last of all.</summary>
    /// <exception cref="StatusException">It cannot be made: its namespace is being deleted.</exception>
    public StoredObject Current(StoredObject owner)
    {
        var (all, data) = (Of(owner), Data(owner));
        var last = all.Count == 0 ? 0 : Number(all[^1]);
        if (all.FirstOrDefault(revision => JsonNode.DeepEquals(revision.View.At("data"), data)) is not { } same)
            return Create(owner, data, last + 1);
        return Number(same) == last ? same : objects.Update(same.Key, revision => revision["revision"] = last + 1);
    }

    /// <summary>The template of a revision; the present one where that is not known any more.</summary>
    public JsonObject Template(StoredObject owner, string revision)
    {
        var template = objects.Store.Find(new(Kinds.ControllerRevision, owner.Key.Namespace, revision))?.View.At("data", "spec", "template") ?? owner.View.At("spec", "template");
        return (template as JsonObject).Without("$patch");
    }

    /// <summary>Deletes the oldest beyond the limit; those that are in use do not count.</summary>
    public void Forget(StoredObject owner, long limit, IEnumerable<string> used)
    {
        var unused = Of(owner).ExceptBy(used, revision => revision.Key.Name).ToList();
        foreach (var revision in unused.Take((int)Math.Max(0, unused.Count - limit)))
            objects.TryDelete(revision);
    }

    private static long Number(StoredObject revision) => CellText.Number(revision.View, 0, "revision");

    /// <summary>A patch that brings the template back.</summary>
    private static JsonObject Data(StoredObject owner)
    {
        var template = owner.View.At("spec", "template")?.DeepClone() as JsonObject ?? [];
        template["$patch"] = "replace";
        return new() { ["spec"] = new JsonObject { ["template"] = template } };
    }

    private StoredObject Create(StoredObject owner, JsonObject data, long number)
    {
        for (var collisions = 0; ; collisions++)
        {
            var hash = ObjectNames.Hash(data, collisions);
            var labels = owner.View.At("spec", "template", "metadata", "labels")?.DeepClone() as JsonObject ?? [];
            labels[Label] = hash;
            var revision = Kinds.ControllerRevision.New($"{owner.Key.Name}-{hash}");
            revision.Metadata()["labels"] = labels;
            revision.Metadata()["annotations"] = JsonFields.Of(owner.View.Annotations.Where(pair => pair.Key != "kubectl.kubernetes.io/last-applied-configuration").ToDictionary());
            revision.Metadata()["ownerReferences"] = new JsonArray(OwnerReferences.ToController(owner));
            revision["data"] = data.DeepClone();
            revision["revision"] = number;
            try
            {
                return objects.Create(Kinds.ControllerRevision, owner.Key.Namespace, revision);
            }
            catch (StatusException e) when (e.Reason == "AlreadyExists")
            {
                // Another template with this hash, or somebody else's.
            }
        }
    }
}
