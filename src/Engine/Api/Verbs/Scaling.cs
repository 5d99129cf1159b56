using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Patching;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>The scale subresource: how many replicas, of whatever kind.</summary>
internal sealed class Scaling(ApiParts parts)
{
    public Task GetAsync(ApiCall call) => WriteAsync(call, parts.Objects.Store.Get(call.Key));

    public async Task UpdateAsync(ApiCall call)
    {
        var scale = await RequestObject.ReadAsync(call.Http.Request, "Scale");
        await WriteAsync(call, Change(call, new(scale), "UpdateOptions", whole: true));
    }

    public async Task PatchAsync(ApiCall call)
    {
        var patch = await RequestObject.ReadPatchAsync(call.Http.Request, "Scale", Patches.Merge, Patches.StrategicMerge);
        await WriteAsync(call, Change(call, new(patch), "PatchOptions", whole: false));
    }

    private StoredObject Change(ApiCall call, KubernetesObject scale, string options, bool whole)
    {
        var dryRun = call.Query.DryRun(options);
        var manager = call.FieldManager(options);
        return parts.Objects.Update(call.Key, next =>
        {
            var current = call.Served.Show(parts.Objects.Store.Get(call.Key)).View;
            ObjectBody.CheckPreconditions(call.Key, current, scale.Json["metadata"] as JsonObject ?? []);
            if ((Replicas(call.Key, scale) ?? (whole ? 0 : null)) is { } replicas)
                Put(next, call.Served.Scale.Replicas, replicas);
            FieldOwnership.Track(call.Served, current.Json, next, manager, parts.Time.GetUtcNow(), "scale");
        }, call.User, dryRun);
    }

    private static void Put(JsonObject map, IReadOnlyList<string> path, int value)
    {
        foreach (var field in path.SkipLast(1))
            map = map.Always(field);
        map[path[^1]] = value;
    }

    private static int? Replicas(ObjectKey key, KubernetesObject scale) => scale.At("spec", "replicas") switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var count) => count >= 0
            ? count
            : throw StatusException.Invalid(key, [("spec.replicas", "FieldValueInvalid", $"Invalid value: {count}: must be greater than or equal to 0")]),
        var other => throw StatusException.BadRequest($"Scale.spec.replicas: a whole number is expected, not {other.ToJsonString()}"),
    };

    /// <exception cref="StatusException">500: how many are wanted is not in the object, nor filled in by its kind.</exception>
    private static Task WriteAsync(ApiCall call, StoredObject stored)
    {
        var (item, scale) = (call.Served.Show(stored), call.Served.Scale);
        if (item.View.At([.. scale.Replicas]) is null)
            throw new StatusException(500, "InternalError", $"Internal error occurred: the spec replicas field \".{string.Join('.', scale.Replicas)}\" does not exist");
        var metadata = new JsonObject { ["name"] = item.Key.Name, ["namespace"] = item.Key.Namespace };
        foreach (var field in (ReadOnlySpan<string>)["uid", "resourceVersion", "creationTimestamp"])
            metadata[field] = item.View.Text("metadata", field);
        return Answer.WriteAsync(call.Http, 200, new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = CellText.Number(item.View, 0, [.. scale.Replicas]) },
            ["status"] = new JsonObject { ["replicas"] = CellText.Number(item.View, 0, [.. scale.Observed]), ["selector"] = scale.Selector(item.View) },
        });
    }
}
