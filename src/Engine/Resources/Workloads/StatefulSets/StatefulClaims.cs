using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>The claims of a stateful set's pods: one of each template for each number, found again by the pod that has the number next.</summary>
internal sealed class StatefulClaims(ClusterObjects objects, EventRecorder events)
{
    /// <summary>Makes the claims of a pod that do not exist, and gives the pod its volumes.</summary>
    public void Give(StoredObject set, long ordinal, JsonObject pod)
    {
        Make(set, ordinal);
        var volumes = pod.Always("spec").AlwaysList("volumes");
        foreach (var template in Templates(set))
        {
            var name = template.Metadata().Text("name");
            var key = Key(set, name, ordinal);
            volumes.RemoveAll(volume => (volume as JsonObject).Text("name") == name);
            volumes.Add(new JsonObject { ["name"] = name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = key.Name } });
        }
    }

    /// <summary>Makes the claims of a number that do not exist.</summary>
    /// <exception cref="StatusException">One is being deleted, or cannot be made.</exception>
    public void Make(StoredObject set, long ordinal)
    {
        foreach (var template in Templates(set))
        {
            var key = Key(set, template.Metadata().Text("name"), ordinal);
            if (objects.Store.Find(key) is not { } known)
                Create(set, template, key);
            else if (known.IsBeingDeleted)
                throw new StatusException(409, "Conflict", $"pvc {key.Name} is being deleted");
        }
    }

    /// <summary>Ties claims to what they shall go with (persistentVolumeClaimRetentionPolicy): the set, or the pod that is scaled away.</summary>
    /// <param name="own">The set's pods, by their number.</param>
    public void Tie(StoredObject set, StatefulSetSpec spec, IReadOnlyDictionary<long, StoredObject> own)
    {
        var (deleted, scaled) = (set.View.Text("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete", set.View.Text("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") == "Delete");
        foreach (var (ordinal, pod) in own)
        {
            var isSurplus = scaled && (ordinal < spec.Start || ordinal >= spec.Start + spec.Replicas);
            foreach (var claim in Templates(set).Select(template => objects.Store.Find(Key(set, template.Metadata().Text("name"), ordinal))).OfType<StoredObject>())
            {
                Tie(claim, set, deleted && !isSurplus);
                Tie(claim, pod, isSurplus);
            }
        }
    }

    private void Tie(StoredObject claim, StoredObject owner, bool wanted)
    {
        if (claim.IsBeingDeleted || OwnerReferences.Of(claim.View).Any(reference => reference.Text("uid") == owner.View.Uid) == wanted)
            return;
        objects.TryUpdate(claim, item =>
        {
            if (wanted)
                item.Metadata().AlwaysList("ownerReferences").Add(OwnerReferences.To(owner));
            else
                OwnerReferences.Remove(item, owner.View.Uid);
        });
    }

    private void Create(StoredObject set, JsonObject template, ObjectKey key)
    {
        template.Metadata()["name"] = key.Name;
        foreach (var (label, value) in set.View.At("spec", "selector", "matchLabels") as JsonObject ?? [])
            template.Metadata().Always("labels")[label] = value?.DeepClone();
        template.Remove("status");
        try
        {
            objects.Create(Kinds.PersistentVolumeClaim, set.Key.Namespace, template);
            events.Normal(set.View, "SuccessfulCreate", $"create Claim {key.Name} in StatefulSet {set.Key.Name} success");
        }
        catch (StatusException e)
        {
            if (!PodWriter.IsEndOfNamespace(e))
                events.Warning(set.View, "FailedCreate", $"create Claim {key.Name} in StatefulSet {set.Key.Name} failed error: {e.Message}");
            throw;
        }
    }

    /// <summary>Copies.</summary>
    private static IEnumerable<JsonObject> Templates(StoredObject set) => set.View.Items("spec", "volumeClaimTemplates").Select(template => template.DeepClone().AsObject());

    private static ObjectKey Key(StoredObject set, string template, long ordinal) =>
        new(Kinds.PersistentVolumeClaim, set.Key.Namespace, string.Create(CultureInfo.InvariantCulture, $"{template}-{set.Key.Name}-{ordinal}"));
}
