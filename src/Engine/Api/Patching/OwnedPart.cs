using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>The fields that a request to a subresource can own: those of the status or those of all else.</summary>
internal static class OwnedPart
{
    private const string Status = "f:status";

    public static FieldSet Of(FieldSet fields, ResourceKind kind, string subresource) =>
        subresource == "status" ? fields.Only(Status) : kind.HasStatus ? fields.Without(Status) : fields;

    /// <summary>What of an applied object the request is about.</summary>
    public static JsonObject Of(JsonObject applied, ResourceKind kind, string subresource)
    {
        if (subresource == "status")
            return applied["status"] is { } status ? new() { ["status"] = status.DeepClone() } : [];
        var rest = applied.DeepClone().AsObject();
        if (kind.HasStatus)
            rest.Remove("status");
        return rest;
    }
}
