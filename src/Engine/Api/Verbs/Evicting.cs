using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Responses;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Verbs;

/// <summary>pods/eviction</summary>
internal sealed class Evicting(ApiParts parts)
{
    private readonly Evictions evictions = new(parts.Objects);

    public async Task CreateAsync(ApiCall call)
    {
        var body = await RequestObject.ReadAsync(call.Http.Request, "Eviction");
        if (KubernetesObject.At(body, "metadata", "name")?.ToString() is { } name && name != call.Key.Name)
            throw StatusException.BadRequest($"name in URL does not match name in Eviction object: {call.Key.Name} and {name}");
        var options = DeleteRequest.Of(call, body["deleteOptions"] as JsonObject ?? [], call.Query.DryRun("CreateOptions"));
        evictions.Evict(call.Key, options, call.User);
        await Answer.WriteAsync(call.Http, 201, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
    }
}
