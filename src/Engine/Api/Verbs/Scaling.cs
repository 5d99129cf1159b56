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
            var current = parts.Objects.Store.Get(call.Key).View;
            ObjectBody.CheckPreconditions(call.Key, current, scale.Json["metadata"] as JsonObject ?? []);
            if (Replicas(call.Key, scale) is { } replicas)
                next.Always("spec")["replicas"] = replicas;
            else if (whole)
                next.Always("spec")["replicas"] = 0;
            FieldOwnership.Track(call.Kind, current.Json, next, manager, parts.Time.GetUtcNow(), "scale");
        }, call.User, dryRun);
    }

    private static int? Replicas(ObjectKey key, KubernetesObject scale) => scale.At("spec", "replicas") switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var count) => count >= 0
            ? count
            : throw StatusException.Invalid(key, [("spec.replicas", "FieldValueInvalid", $"Invalid value: {count}: must be greater than or equal to 0")]),
        var other => throw StatusException.BadRequest($"Scale.spec.replicas: a whole number is expected, not {other.ToJsonString()}"),
    };

    private static Task WriteAsync(ApiCall call, StoredObject item)
    {
        var metadata = new JsonObject { ["name"] = item.Key.Name, ["namespace"] = item.Key.Namespace };
        foreach (var field in (ReadOnlySpan<string>)["uid", "resourceVersion", "creationTimestamp"])
            metadata[field] = item.View.Text("metadata", field);
        return Answer.WriteAsync(call.Http, 200, new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["replicas"] = CellText.Number(item.View, 1, "spec", "replicas") },
            ["status"] = new JsonObject { ["replicas"] = CellText.Number(item.View, 0, "status", "replicas"), ["selector"] = Workloads.Selector(item.Key.Kind, item.View).ToString() },
        });
    }
}
