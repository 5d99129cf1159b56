using Kontrakt.Engine.Store;
using Microsoft.AspNetCore.Http;

namespace Kontrakt.Engine.Identity;

/// <summary>The Impersonate headers: acting as somebody else, for who may do so. Every part of that somebody takes a right of its own.</summary>
public static class Impersonation
{
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string Group = "authentication.k8s.io";
    private const string Unauthenticated = "system:unauthenticated";

    /// <returns>Whom the request acts as.</returns>
    /// <exception cref="StatusException">403: the caller may not act as that user, group or account; 400: it is not said whom.</exception>
    public static UserInfo Apply(Authorizer authorizer, IHeaderDictionary headers, UserInfo caller)
    {
        var name = headers["Impersonate-User"].ToString();
        var uid = headers["Impersonate-Uid"].ToString();
        var groups = headers["Impersonate-Group"].OfType<string>().ToList();
        var extra = Extra(headers);
        if (name.Length == 0)
            return groups.Count == 0 && uid.Length == 0 && extra.Count == 0
                ? caller
                : throw StatusException.BadRequest("requested to impersonate groups, a uid or extra fields without impersonating a user");
        var right = ServiceAccountUser.TryParse(name, out var ns, out var account) ? Right("", "serviceaccounts", account, ns) : Right("", "users", name);
        authorizer.Require(caller, right);
        foreach (var group in groups)
            authorizer.Require(caller, Right("", "groups", group));
        if (uid.Length > 0)
            authorizer.Require(caller, Right(Group, "uids", uid));
        foreach (var (key, values) in extra)
            foreach (var value in values)
                authorizer.Require(caller, Right(Group, "userextras", value) with { Subresource = key });
        return new(name, uid, GroupsOf(name, ns, groups), extra);
    }

    private static IReadOnlyList<string> GroupsOf(string name, string? accountNamespace, List<string> groups)
    {
        if (groups.Count == 0 && accountNamespace is not null)
            return ServiceAccountUser.GroupsOf(accountNamespace);
        if (name != "system:anonymous" && !groups.Contains(Groups.Authenticated) && !groups.Contains(Unauthenticated))
            groups.Add(Groups.Authenticated);
        return groups;
    }

    /// <summary>Keys are case insensitive, as headers are, and escaped where no header could have them.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Extra(IHeaderDictionary headers) => headers
        .Where(header => header.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
        .GroupBy(header => Uri.UnescapeDataString(header.Key[ExtraPrefix.Length..]).ToLowerInvariant(), header => header.Value)
        .ToDictionary(same => same.Key, IReadOnlyList<string> (same) => [.. same.SelectMany(values => values).OfType<string>()]);

    private static AccessRequest Right(string group, string resource, string name, string inNamespace = "") => new("impersonate", group, resource, "", inNamespace, name);
}
