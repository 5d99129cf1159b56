using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Store;

/// <summary>
/// The way every write takes, the API's and the controllers' alike: what the metadata of an object says of its life (uid, generation,
/// deletionTimestamp, finalizers; API conventions, "Metadata"), then the rules of its kind, then the store.
/// </summary>
/// <param name="store">Where everything is.</param>
/// <param name="rules">In this order, for every write; they run under the store's lock.</param>
public sealed class ClusterObjects(ObjectStore store, IReadOnlyList<WriteRule> rules, TimeProvider time)
{
    public ObjectStore Store => store;
    public TimeProvider Time => time;

    /// <summary>Adds an object. generateName has been turned into a name by then.</summary>
    /// <exception cref="StatusException">It exists, or a rule refuses it.</exception>
    public StoredObject Create(ResourceKind kind, string inNamespace, JsonObject value, UserInfo? user = null, bool dryRun = false)
    {
        var view = new KubernetesObject(value);
        var key = new ObjectKey(kind, inNamespace, view.Name);
        return store.Add(key, () =>
        {
            var metadata = value.Metadata();
            metadata["uid"] = Guid.NewGuid().ToString();
            metadata["creationTimestamp"] = Timestamp();
            metadata.Remove("generation");
            if (kind.HasGeneration)
                metadata["generation"] = 1;
            if (kind.Namespaced)
                metadata["namespace"] = inNamespace;
            metadata.Remove("deletionTimestamp");
            metadata.Remove("deletionGracePeriodSeconds");
            Apply(new(WriteVerb.Create, key, value, null, user, dryRun));
            return value;
        }, dryRun);
    }

    /// <summary>Changes all except the status. <paramref name="change"/> gets a copy, and changes it.</summary>
    /// <exception cref="StatusException">There is none, a rule refuses it, or what <paramref name="change"/> throws.</exception>
    public StoredObject Update(ObjectKey key, Action<JsonObject> change, UserInfo? user = null, bool dryRun = false) =>
        store.Change(key, current =>
        {
            var next = current.Copy();
            change(next);
            KeepMetadata(current, next);
            if (key.Kind.HasStatus)
                Put(next, "status", current.View.Json["status"]);
            if (key.Kind.HasGeneration && !JsonNode.DeepEquals(Desired(key.Kind, current.View.Json), Desired(key.Kind, next)))
                next.Metadata()["generation"] = KubernetesObject.Number(current.View.At("metadata", "generation"), 1) + 1;
            Apply(new(WriteVerb.Update, key, next, current, user, dryRun));
            return MayGo(current, next) ? null : next;
        }, dryRun);

    /// <summary>Changes the status and the metadata alone.</summary>
    /// <exception cref="StatusException">There is none, a rule refuses it, or what <paramref name="change"/> throws.</exception>
    public StoredObject UpdateStatus(ObjectKey key, Action<JsonObject> change, UserInfo? user = null, bool dryRun = false) =>
        store.Change(key, current =>
        {
            var changed = current.Copy();
            change(changed);
            var next = current.Copy();
            Put(next, "status", changed["status"]);
            Put(next, "metadata", changed["metadata"]);
            KeepMetadata(current, next);
            Apply(new(WriteVerb.UpdateStatus, key, next, current, user, dryRun));
            return MayGo(current, next) ? null : next;
        }, dryRun);

    /// <summary>
    /// Deletes an object, or marks it as being deleted while something has still to happen before: finalizers, the grace period of a pod
    /// that runs, the content of a namespace.
    /// </summary>
    /// <exception cref="StatusException">There is none, or it is not the one that the preconditions name.</exception>
    public StoredObject Delete(ObjectKey key, Deletion options, UserInfo? user = null) =>
        store.Change(key, current =>
        {
            CheckPreconditions(current, options);
            var next = current.Copy();
            Apply(new(WriteVerb.Delete, key, next, current, user, options.DryRun));
            var metadata = next.Metadata();
            AddFinalizer(metadata, options.Propagation);
            var grace = Grace(current, options);
            if (grace == 0 && NothingHolds(next))
                return null;
            Mark(metadata, grace);
            return next;
        }, options.DryRun);

    /// <summary>Deletes this very object, and in the background what it owns.</summary>
    /// <returns>False where somebody was quicker: it is gone, or what has its name now is another.</returns>
    public bool TryDelete(StoredObject item)
    {
        try
        {
            Delete(item.Key, new(Propagation: Propagation.Background, Uid: item.View.Uid));
            return true;
        }
        catch (StatusException e) when (e.Code is 404 or 409)
        {
            return false;
        }
    }

    /// <summary>Changes this very object, unless it is gone.</summary>
    public void TryUpdate(StoredObject item, Action<JsonObject> change)
    {
        try
        {
            Update(item.Key, current =>
            {
                if (current.Metadata().Text("uid") == item.View.Uid)
                    change(current);
            });
        }
        catch (StatusException e) when (e.Code == 404)
        {
            // Gone already.
        }
    }

    public string Timestamp(long plusSeconds = 0) => Timestamp(time.GetUtcNow().AddSeconds(plusSeconds));

    private void Apply(Write write)
    {
        foreach (var rule in rules)
            rule(write);
    }

    /// <summary>The last that held it, while it is being deleted, has let it go.</summary>
    private static bool MayGo(StoredObject current, JsonObject next) =>
        current.IsBeingDeleted && NothingHolds(next) && KubernetesObject.Number(next.Metadata()["deletionGracePeriodSeconds"]) == 0;

    private static void CheckPreconditions(StoredObject current, Deletion options)
    {
        if (options.Uid is { } uid && uid != current.View.Uid)
            throw Unmet(current, $"the UID in the precondition ({uid}) does not match the UID in record ({current.View.Uid}). The object might have been deleted and then recreated");
        if (options.ResourceVersion is { } version && version != current.View.ResourceVersion)
            throw Unmet(current, $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({current.View.ResourceVersion}). The object might have been modified");
    }

    /// <summary>Kubernetes words these by kind, where all other conflicts have the plural.</summary>
    private static StatusException Unmet(StoredObject current, string why)
    {
        var kind = current.Key.Kind;
        var details = new JsonObject { ["name"] = current.Key.Name, ["kind"] = kind.Kind };
        if (kind.Group.Length > 0)
            details["group"] = kind.Group;
        return new(409, "Conflict", $"Operation cannot be fulfilled on {(kind.Group.Length > 0 ? $"{kind.Kind}.{kind.Group}" : kind.Kind)} \"{current.Key.Name}\": {why}", details);
    }

    /// <summary>What a client may not change by writing an object.</summary>
    private static void KeepMetadata(StoredObject current, JsonObject next)
    {
        var before = current.View.Json.Metadata();
        var after = next.Metadata();
        foreach (var field in (ReadOnlySpan<string>)["uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "name", "namespace"])
            Put(after, field, before[field]);
    }

    private static void Put(JsonObject map, string field, JsonNode? value)
    {
        if (value is null)
            map.Remove(field);
        else
            map[field] = value.DeepClone();
    }

    /// <summary>What the generation counts changes of.</summary>
    private static JsonObject Desired(ResourceKind kind, JsonObject value) => kind.HasStatus ? value.Without("apiVersion", "metadata", "status") : value.Without("apiVersion", "metadata");

    /// <summary>Says until when it may take. A second deletion can only shorten what the first one said.</summary>
    private void Mark(JsonObject metadata, long grace)
    {
        if (metadata["deletionTimestamp"] is null)
            metadata["deletionTimestamp"] = Timestamp(grace);
        else if (KubernetesObject.Number(metadata["deletionGracePeriodSeconds"]) is var before && grace < before)
            metadata["deletionTimestamp"] = Timestamp(ParseTime(metadata["deletionTimestamp"]).AddSeconds(grace - before));
        else
            return;
        metadata["deletionGracePeriodSeconds"] = grace;
    }

    private static DateTimeOffset ParseTime(JsonNode? text) => DateTimeOffset.Parse(text?.ToString() ?? "", CultureInfo.InvariantCulture);

    /// <summary>As the API writes times: to the second, in UTC.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void AddFinalizer(JsonObject metadata, Propagation? propagation)
    {
        var finalizer = propagation switch { Propagation.Foreground => "foregroundDeletion", Propagation.Orphan => "orphan", _ => null };
        if (finalizer is null)
            return;
        var finalizers = metadata.AlwaysList("finalizers");
        if (!finalizers.Any(known => (string?)known == finalizer))
            finalizers.Add(finalizer);
    }

    /// <summary>Nobody has still to do something before it may be gone.</summary>
    private static bool NothingHolds(JsonObject value)
    {
        var view = new KubernetesObject(value);
        return view.At("metadata", "finalizers") is not JsonArray { Count: > 0 }
            && !(view.Kind == "Namespace" && view.At("spec", "finalizers") is JsonArray { Count: > 0 });
    }

    /// <summary>Seconds until it may be gone: only a pod that was given to the node has any.</summary>
    private static long Grace(StoredObject current, Deletion options)
    {
        if (current.Key.Kind != Kinds.Pod || current.View.Text("spec", "nodeName").Length == 0 || current.View.Text("status", "phase") is "Succeeded" or "Failed")
            return 0;
        return Math.Max(0, options.GracePeriodSeconds ?? KubernetesObject.Number(current.View.At("spec", "terminationGracePeriodSeconds"), 30));
    }
}
