namespace Kontrakt.Engine.Identity;

/// <summary>A token that is asked for.</summary>
/// <param name="Audiences">Empty for the API server.</param>
/// <param name="Bound">Null for the account alone.</param>
public sealed record TokenGrant(string Namespace, string Account, string AccountUid, IReadOnlyList<string> Audiences, TimeSpan Lifetime, BoundObject? Bound);
