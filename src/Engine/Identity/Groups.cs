namespace Kontrakt.Engine.Identity;

/// <summary>Groups that Kubernetes itself puts users into.</summary>
internal static class Groups
{
    public const string Masters = "system:masters";
    public const string Authenticated = "system:authenticated";
    public const string ServiceAccounts = "system:serviceaccounts";
}
