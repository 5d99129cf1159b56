using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.OpenApi;

/// <summary>Of the paths only what clients look for: whether a patch of a kind can be tried only, and its fields be validated.</summary>
internal static class OpenApiPaths
{
    private static readonly string[] Parameters = ["dryRun", "fieldManager", "fieldValidation", "force"];

    public static JsonObject All(IEnumerable<ResourceKind> kinds)
    {
        var all = new JsonObject();
        foreach (var kind in kinds)
            all[Path(kind)] = new JsonObject { ["patch"] = Patch(kind) };
        return all;
    }

    private static string Path(ResourceKind kind)
    {
        var group = kind.Group.Length == 0 ? "/api/v1" : $"/apis/{kind.GroupVersionKind.ApiVersion}";
        return $"{group}{(kind.Namespaced ? "/namespaces/{namespace}" : "")}/{kind.Plural}/{{name}}";
    }

    private static JsonObject Patch(ResourceKind kind) => new()
    {
        ["operationId"] = $"patch{kind.Group.Split('.')[0]}{kind.Kind}",
        ["parameters"] = new JsonArray([.. Parameters.Select(name => new JsonObject
        {
            ["name"] = name,
            ["in"] = "query",
            ["type"] = name == "force" ? "boolean" : "string",
            ["uniqueItems"] = true,
        })]),
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        ["x-kubernetes-action"] = "patch",
        ["x-kubernetes-group-version-kind"] = OpenApiDefinitions.GroupVersionKind(kind.GroupVersionKind.ApiVersion, kind.Kind),
    };
}
