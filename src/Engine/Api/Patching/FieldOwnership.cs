using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>Who owns which field after a plain create, update or patch (not an apply).</summary>
internal static class FieldOwnership
{
    /// <summary>
    /// Writes metadata.managedFields of <paramref name="after"/>: what it changed belongs to <paramref name="manager"/> from now on.
    /// Call it with the whole new object before the write; defaults are filled in first, since they belong to who wrote the object.
    /// </summary>
    /// <param name="before">As it is stored; null for a creation.</param>
    /// <param name="manager">The request's fieldManager, or else its user agent up to the first slash.</param>
    /// <param name="subresource">"" or "status".</param>
    public static void Track(ServedKind served, JsonObject? before, JsonObject after, string manager, DateTimeOffset now, string subresource = "")
    {
        served.Default(after);
        if (ManagedFields.IsReset(after))
        {
            new ManagedFields().Write(after);
            return;
        }
        var managed = ManagedFields.Read(after);
        if (managed.IsEmpty && before is not null)
            managed = ManagedFields.Read(before);
        // What nobody owned before has been written by the engine itself, whose fields have no owner.
        if (before is null || !managed.IsEmpty)
            Update(served, before, after, new(manager, FieldManager.Update, served.Resource.GroupVersionKind.ApiVersion, subresource), managed, now);
        managed.Write(after);
    }

    private static void Update(ServedKind served, JsonObject? before, JsonObject after, FieldManager manager, ManagedFields managed, DateTimeOffset now)
    {
        var (kind, shape) = (served.Resource, served.Schema.Shape);
        var change = Comparison.Of(before ?? EmptyObject.Of(shape), after, shape);
        var taken = OwnedPart.Of(change.Added.Union(change.Modified), kind, manager.Subresource);
        Release(managed, null, taken, OwnedPart.Of(change.Removed, kind, manager.Subresource));
        if (taken.IsEmpty)
            return;
        managed.Set(manager, managed.Of(manager).Union(taken), now);
        managed.JoinAncient();
    }

    /// <summary>Takes from all managers but one what another has taken, and what is gone.</summary>
    internal static void Release(ManagedFields managed, FieldManager? except, FieldSet taken, FieldSet removed)
    {
        foreach (var other in managed.All.ToList())
            if (other != except)
                managed.Set(other, managed.Of(other).Difference(taken).Difference(removed));
    }
}

/// <summary>The fields that a request to a subresource can own: all except what it leaves as it is.</summary>
internal static class OwnedPart
{
    private const string Status = "status";
    private const string Spec = "spec";

    public static FieldSet Of(FieldSet fields, ResourceKind kind, string subresource) =>
        Left(kind, subresource) is { } left ? fields.Without("f:" + left) : fields;

    /// <summary>What of an applied object the request is about.</summary>
    public static JsonObject Of(JsonObject applied, ResourceKind kind, string subresource)
    {
        var rest = applied.DeepClone().AsObject();
        if (Left(kind, subresource) is { } left)
            rest.Remove(left);
        return rest;
    }

    private static string? Left(ResourceKind kind, string subresource) => subresource == Status ? Spec : kind.HasStatus ? Status : null;
}
