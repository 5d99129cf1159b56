using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>What somebody wants to do, as RBAC sees it.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection; of a path, the HTTP method in lower case.</param>
/// <param name="Subresource">"log" of "pods/log"; "" for none.</param>
/// <param name="Namespace">"" for the whole cluster. A request about one Namespace has that one's name here as well.</param>
/// <param name="Name">"" for all.</param>
/// <param name="NonResourcePath">Null for resources; else everything but the verb is without meaning.</param>
public sealed record AccessRequest(string Verb, string Group, string Resource, string Subresource, string Namespace, string Name, string? NonResourcePath = null)
{
    public static AccessRequest OfPath(string verb, string path) => new(verb, "", "", "", "", "", path);

    /// <summary>As RBAC rules name it: "pods/log".</summary>
    public string QualifiedResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}

/// <param name="Reason">Which binding allows it; for a refusal, which bindings could not be understood. Often "".</param>
public sealed record AccessDecision(bool Allowed, string Reason);

/// <summary>The 403 for what somebody has no right to.</summary>
public static class AccessRefusal
{
    public static StatusException Of(UserInfo user, AccessRequest request, string reason)
    {
        var who = $"User {GoText.Quote(user.Name)} cannot {request.Verb}";
        var because = reason.Length == 0 ? "" : $": {reason}";
        if (request.NonResourcePath is { } path)
            return new(403, "Forbidden", $"forbidden: {who} path {GoText.Quote(path)}{because}", []);
        var where = request.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace {GoText.Quote(request.Namespace)}";
        var subject = request.Group.Length == 0 ? request.Resource : $"{request.Resource}.{request.Group}";
        var named = request.Name.Length == 0 ? subject : $"{subject} {GoText.Quote(request.Name)}";
        return new(403, "Forbidden", $"{named} is forbidden: {who} resource {GoText.Quote(request.QualifiedResource)} in API group {GoText.Quote(request.Group)} {where}{because}", Details(request));
    }

    private static JsonObject Details(AccessRequest request)
    {
        var details = new JsonObject();
        foreach (var (field, text) in (ReadOnlySpan<(string, string)>)[("name", request.Name), ("group", request.Group), ("kind", request.Resource)])
            if (text.Length > 0)
                details[field] = text;
        return details;
    }
}
