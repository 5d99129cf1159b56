using System.Diagnostics.CodeAnalysis;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>How a service account is called as a user.</summary>
internal static class ServiceAccountUser
{
    private const string Prefix = "system:serviceaccount:";

    public static string Name(string inNamespace, string account) => $"{Prefix}{inNamespace}:{account}";

    public static IReadOnlyList<string> GroupsOf(string inNamespace) =>
        [Groups.ServiceAccounts, $"{Groups.ServiceAccounts}:{inNamespace}", Groups.Authenticated];

    public static UserInfo Make(string inNamespace, string account, string uid, IReadOnlyDictionary<string, IReadOnlyList<string>> extra) =>
        new(Name(inNamespace, account), uid, GroupsOf(inNamespace), extra);

    /// <summary>The account that a user name means, where it means one.</summary>
    public static bool TryParse(string user, [NotNullWhen(true)] out string? inNamespace, [NotNullWhen(true)] out string? account)
    {
        (inNamespace, account) = (null, null);
        if (!user.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var parts = user[Prefix.Length..].Split(':');
        if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
            return false;
        (inNamespace, account) = (parts[0], parts[1]);
        return true;
    }
}

/// <summary>Groups that Kubernetes itself puts users into.</summary>
internal static class Groups
{
    public const string Masters = "system:masters";
    public const string Authenticated = "system:authenticated";
    public const string ServiceAccounts = "system:serviceaccounts";
}
