namespace Kontrakt.Engine.Identity;

/// <summary>What a token is bound to beside its account: it is worth nothing once that is gone.</summary>
/// <param name="Kind">Pod or Secret.</param>
public sealed record BoundObject(string Kind, string Name, string Uid);
