using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>The three kinds of patch that say what to change. The fourth, which says what must be, is <see cref="ServerSideApply"/>.</summary>
internal static class Patches
{
    public const string Json = "application/json-patch+json";
    public const string Merge = "application/merge-patch+json";
    public const string StrategicMerge = "application/strategic-merge-patch+json";
    public const string Apply = "application/apply-patch+yaml";

    /// <summary>A new object, as the patch makes it out of <paramref name="current"/> (which stays as it is), checked against the schema of the kind.</summary>
    /// <param name="contentType">Without parameters.</param>
    /// <exception cref="StatusException">400, 413, 415 or 422: not a patch of that type, or one that does not fit the object.</exception>
    public static DecodedObject Execute(string contentType, ServedKind kind, JsonObject current, ReadOnlyMemory<byte> patch, FieldValidation validation)
    {
        if (contentType == Apply || !TypesOf(kind).Contains(contentType))
            throw Refusals.Unsupported([.. TypesOf(kind)]);
        var (body, duplicates) = Body.ParseJson(patch);
        var changed = contentType switch
        {
            Json => new JsonPatch(current).Execute(body),
            Merge => MergePatch.Execute(current, Map(body)),
            _ => StrategicMergePatch.Execute(current, Map(body), kind.Schema.Shape),
        };
        return ObjectDecoder.Decode(kind.Resource, kind.Schema, changed, contentType == Json ? [] : duplicates, validation);
    }

    /// <summary>The types of patches that objects of a kind can have.</summary>
    public static IReadOnlyList<string> TypesOf(ServedKind kind) => kind.Schema.HasStrategicMerge ? [Json, Merge, StrategicMerge, Apply] : [Json, Merge, Apply];

    private static JsonObject Map(JsonNode? body) => body as JsonObject ?? throw StatusException.BadRequest("a patch of this type is an object: the fields to change");
}
