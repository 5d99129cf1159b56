using System.Text.Json.Nodes;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>A server-side apply.</summary>
/// <param name="Applied">The body, by <see cref="ServerSideApply.Read"/>.</param>
/// <param name="Manager">The request's fieldManager.</param>
/// <param name="Force">Take what other managers own.</param>
/// <param name="Subresource">"" or "status".</param>
internal sealed record ApplyRequest(ServedKind Served, JsonObject Applied, string Manager, bool Force, DateTimeOffset Now, string Subresource = "")
{
    public ResourceKind Kind => Served.Resource;
}

/// <summary>Merges what a manager wants into what exists, and remembers who owns which field (metadata.managedFields).</summary>
internal static class ServerSideApply
{
    private const string BeforeFirstApply = "before-first-apply";

    /// <summary>The body of an apply: YAML or JSON. Unknown fields are an error whatever <paramref name="validation"/> is; what is given twice goes by it.</summary>
    /// <exception cref="StatusException">400.</exception>
    public static DecodedObject Read(ServedKind kind, ReadOnlyMemory<byte> body, FieldValidation validation)
    {
        var (json, duplicates) = Body.Parse(body);
        var applied = json as JsonObject ?? throw StatusException.BadRequest("error decoding YAML: what is applied must be an object");
        if (applied["metadata"] is JsonObject { } metadata && metadata["managedFields"] is not null)
            throw StatusException.BadRequest("metadata.managedFields must be nil");
        foreach (var field in (ReadOnlySpan<string>)["apiVersion", "kind"])
            if (applied[field] is null)
                throw StatusException.BadRequest($"an object that is applied must name its {field}");
        ObjectDecoder.CheckKind(kind.Resource, applied);
        TypedCheck.Check(kind, applied);
        var faults = new DecodingFaults();
        foreach (var place in duplicates)
            faults.Duplicate(place);
        if (validation == FieldValidation.Strict)
            faults.ThrowStrict(kind.Resource);
        // What fits the schema may still be out of range, or no quantity.
        ObjectDecoder.Decode(kind.Resource, kind.Schema, applied, [], FieldValidation.Ignore);
        return new(applied, validation == FieldValidation.Warn ? faults.Warnings : []);
    }

    /// <summary>
    /// The object as it is to be, with its managedFields; equal to <paramref name="current"/> when the apply changes nothing.
    /// With <see cref="ApplyRequest.Subresource"/> "status" the caller writes only the status (and the managedFields) of it.
    /// </summary>
    /// <param name="current">Stays as it is; null when there is none.</param>
    /// <exception cref="StatusException">400; 409 for conflicts with other managers.</exception>
    public static JsonObject Apply(JsonObject? current, ApplyRequest request)
    {
        var shape = request.Served.Schema.Shape;
        var live = current?.DeepClone().AsObject() ?? EmptyObject.Of(shape);
        var managed = ManagedFields.Read(live);
        var before = managed.Copy();
        (live["metadata"] as JsonObject)?.Remove("managedFields");
        if (current is not null && managed.IsEmpty)
            Claim(live, managed, request, shape);
        var merged = Merge(live, managed, request with { Applied = OwnedPart.Of(request.Applied, request.Kind, request.Subresource) }, shape);
        var result = ObjectDecoder.Decode(request.Kind, request.Served.Schema, merged, [], FieldValidation.Ignore).Json;
        request.Served.Default(result);
        var manager = Manager(request);
        if (!JsonNode.DeepEquals(result, live) || !managed.SetEquals(before))
            managed.Set(manager, managed.Of(manager), request.Now);
        managed.Write(result);
        return result;
    }

    private static FieldManager Manager(ApplyRequest request) =>
        new(request.Manager, FieldManager.Apply, request.Kind.GroupVersionKind.ApiVersion, request.Subresource);

    /// <summary>What existed before anything was tracked has an owner, too: an apply must not take it silently.</summary>
    private static void Claim(JsonObject live, ManagedFields managed, ApplyRequest request, Shape shape) =>
        managed.Set(new(BeforeFirstApply, FieldManager.Update, request.Kind.GroupVersionKind.ApiVersion, ""),
            OwnedPart.Of(Comparison.Of(EmptyObject.Of(shape), live, shape).Added, request.Kind, ""), request.Now);

    private static JsonObject Merge(JsonObject live, ManagedFields managed, ApplyRequest request, Shape shape)
    {
        var manager = Manager(request);
        var last = managed.Of(manager);
        var merged = TypedMerge.Merge(live, request.Applied, shape);
        managed.Set(manager, OwnedPart.Of(TypedValue.Fields(request.Applied, shape), request.Kind, request.Subresource));
        var result = last.IsEmpty ? merged : Prune(merged, last, managed, shape);
        var change = Comparison.Of(live, result, shape);
        var taken = change.Added.Union(change.Modified);
        if (!request.Force)
            FieldConflicts.Check(managed, manager, taken);
        FieldOwnership.Release(managed, manager, taken, change.Removed);
        return result;
    }

    /// <summary>Removes what the manager applied the last time and applies no more, unless somebody else owns it.</summary>
    private static JsonObject Prune(JsonObject merged, FieldSet last, ManagedFields managed, Shape shape)
    {
        var all = TypedValue.Fields(merged, shape).WithNamedFields(shape);
        var owned = managed.All.Aggregate(new FieldSet(), (set, manager) => set.Union(managed.Of(manager))).WithNamedFields(shape);
        var pruned = Without(merged, last.WithNamedFields(shape), shape);
        pruned = Without(merged, all.Difference(FieldsOf(pruned, shape).Union(owned)), shape);
        return Without(merged, all.Difference(FieldsOf(pruned, shape)).Intersection(last.WithNamedFields(shape)), shape);
    }

    private static FieldSet FieldsOf(JsonObject value, Shape shape) => TypedValue.Fields(value, shape).WithNamedFields(shape);

    private static JsonObject Without(JsonObject value, FieldSet removed, Shape shape) => TypedValue.Without(value, removed, shape) as JsonObject ?? [];
}
