using System.Text.Json.Nodes;
using Kontrakt.Engine.Api.Requests;
using Kontrakt.Engine.Api.Streaming;
using Kontrakt.Engine.Api.Verbs;
using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Api;

/// <summary>Finds who answers a request about a resource.</summary>
internal sealed class ResourceRouter(ApiParts parts)
{
    private readonly Reading reading = new(parts);
    private readonly Writing writing = new(parts);
    private readonly PatchRequests patching = new(parts);
    private readonly Deleting deleting = new(parts);
    private readonly Scaling scaling = new(parts);
    private readonly Evicting evicting = new(parts);
    private readonly MetricsEndpoint metrics = new(parts);
    private readonly ReviewEndpoint reviews = new(parts);
    private readonly LogEndpoint logs = new(parts);
    private readonly ExecEndpoint exec = new(parts);
    private readonly PortForwardEndpoint portForward = new(parts);

    /// <summary>A list of the one object by a name is about that name: who may see only that may list it so.</summary>
    public RequestInfo Narrow(RequestInfo info, IQueryCollection query)
    {
        if (info.Verb is not ("list" or "watch" or "deletecollection") || !query.ContainsKey("fieldSelector") || KindOf(info) is not { } served)
            return info;
        return info with { Name = FieldSelector.Parse(served, new QueryText(query).Text("fieldSelector")).Name };
    }

    /// <exception cref="StatusException">404 for what does not exist, with the way out for a kind that other clusters have.</exception>
    public Task AnswerAsync(HttpContext http, RequestInfo info, UserInfo user)
    {
        if (ReviewEndpoint.Find(info) is { } review)
            return reviews.AnswerAsync(http, review, info, user);
        if (KindOf(info) is not { } served)
            throw Absent(info);
        var kind = served.Resource;
        var inPlace = kind.Namespaced || info.Namespace.Length == 0 || kind == Kinds.Namespace;
        if (!inPlace || (info.Subresource.Length > 0 && !kind.Subresources.Contains(info.Subresource)))
            throw Refusals.UnknownPath();
        var call = new ApiCall(http, info, user, served);
        return served.IsComputed ? metrics.AnswerAsync(call) : RouteAsync(call);
    }

    private Task RouteAsync(ApiCall call) => (call.Info.Subresource, call.Http.Request.Method, call.Info.Verb) switch
    {
        (_, "HEAD", _) or (_, "PUT" or "PATCH", _) when call.Http.Request.Method == "HEAD" || call.Info.Name.Length == 0 => throw Refusals.MethodNotAllowed(),
        ("" or "status", _, "get") => reading.GetAsync(call),
        ("", _, "list") => reading.ListAsync(call),
        ("", _, "watch") => reading.WatchAsync(call),
        ("", _, "create") when call.Key.Name.Length == 0 && (call.Kind.Namespaced == (call.Info.Namespace.Length > 0)) => writing.CreateAsync(call),
        ("" or "status" or "finalize", _, "update") => writing.UpdateAsync(call),
        ("" or "status", _, "patch") => patching.PatchAsync(call),
        ("", _, "delete") => deleting.DeleteAsync(call),
        ("", _, "deletecollection") when call.Served.IsDeletedByCollection => deleting.DeleteCollectionAsync(call),
        ("scale", _, "get") => scaling.GetAsync(call),
        ("scale", _, "update") => scaling.UpdateAsync(call),
        ("scale", _, "patch") => scaling.PatchAsync(call),
        ("eviction", _, "create") => evicting.CreateAsync(call),
        ("token", _, "create") => reviews.CreateTokenAsync(call),
        ("log", _, "get") => logs.GetAsync(call),
        ("exec", _, "get" or "create") => exec.RunAsync(call),
        ("portforward", _, "get" or "create") => portForward.RunAsync(call),
        _ => throw Refusals.MethodNotAllowed(),
    };

    private ServedKind? KindOf(RequestInfo info) => info.IsResource ? ServedKinds.Find(parts.Objects.Store, info.Group, info.Version, info.Resource) : null;

    /// <summary>As not there to be read, and as wrong to be written: clients show all faults of what they write, at their places.</summary>
    private static StatusException Absent(RequestInfo info)
    {
        if (AbsentKinds.Find(info.Group, info.Resource) is not { } absent)
            return Refusals.UnknownPath();
        var other = ServedKinds.Resources.FirstOrDefault(each => each.Group == info.Group && each.Plural == info.Resource);
        var message = other is null ? $"the embedded engine has no {absent.Kind.Kind}; set KontraktKubeContext to a cluster"
            : $"the embedded engine has {absent.Kind.Kind} in {other.GroupVersionKind.ApiVersion} only, not in {info.Group}/{info.Version}; write it as that, or set KontraktKubeContext to a cluster";
        var details = new JsonObject { ["group"] = info.Group, ["kind"] = absent.Kind.Kind };
        if (info.Name.Length > 0)
            details["name"] = info.Name;
        if (info.Verb is not ("create" or "update" or "patch"))
            return new(404, "NotFound", message, details);
        details["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueNotSupported", ["message"] = message, ["field"] = other is null ? "kind" : "apiVersion" });
        return new(422, "Invalid", message, details);
    }
}
