using Kontrakt.Engine.Identity;

namespace Kontrakt.Engine.Api.Requests;

/// <summary>What a request is about, as its method and path say: the terms that authorization and errors speak in.</summary>
public sealed record RequestInfo
{
    /// <summary>get, list, watch, create, update, patch, delete, deletecollection; the method in lower case where it is about no resource.</summary>
    public required string Verb { get; init; }
    public required string Path { get; init; }
    public bool IsResource { get; init; }
    public string Group { get; init; } = "";
    public string Version { get; init; } = "";
    public string Resource { get; init; } = "";
    public string Subresource { get; init; } = "";
    public string Namespace { get; init; } = "";
    public string Name { get; init; } = "";

    public AccessRequest ToAccess() => IsResource ? new(Verb, Group, Resource, Subresource, Namespace, Name) : AccessRequest.OfPath(Verb, Path);

    /// <param name="path">Unescaped; what is escaped in a segment may not be a slash.</param>
    /// <param name="watch">The query asks for a watch.</param>
    /// <returns>null for a path with an empty segment: leaving it out would address something else.</returns>
    public static RequestInfo? Parse(string method, string path, bool watch)
    {
        var parts = path.Trim('/').Split('/');
        if (parts.Length > 1 && parts.Contains(""))
            return null;
        var start = parts[0] switch { "api" when parts.Length > 2 => 2, "apis" when parts.Length > 3 => 3, _ => 0 };
        if (start == 0)
            return new() { Verb = method.ToLowerInvariant(), Path = path };
        var (group, version) = start == 2 ? ("", parts[1]) : (parts[1], parts[2]);
        return Resources(new() { Verb = "", Path = path, IsResource = true, Group = group, Version = version }, method, parts.AsSpan(start), watch);
    }

    private static RequestInfo Resources(RequestInfo info, string method, ReadOnlySpan<string> parts, bool watch)
    {
        var inNamespace = "";
        if (parts[0] == "namespaces" && parts.Length > 1)
        {
            inNamespace = parts[1];
            if (parts.Length > 2 && parts[2] is not ("status" or "finalize"))
                parts = parts[2..];
        }
        var name = parts.Length > 1 ? parts[1] : "";
        return info with
        {
            Verb = VerbOf(method, name.Length > 0, watch),
            Namespace = inNamespace,
            Resource = parts[0],
            Name = name,
            // What has more segments than any subresource does is not one that exists.
            Subresource = parts.Length > 2 ? string.Join("/", parts[2..].ToArray()) : "",
        };
    }

    private static string VerbOf(string method, bool named, bool watch) => method switch
    {
        "GET" or "HEAD" => named ? "get" : watch ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => named ? "delete" : "deletecollection",
        _ => method.ToLowerInvariant(),
    };
}
