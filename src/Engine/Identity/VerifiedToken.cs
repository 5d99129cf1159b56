using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <param name="Audiences">Those that were asked for and that the token is for.</param>
public sealed record VerifiedToken(UserInfo User, IReadOnlyList<string> Audiences);
