namespace Kontrakt.Engine.Identity;

/// <param name="Reason">Which binding allows it; for a refusal, which bindings could not be understood. Often "".</param>
public sealed record AccessDecision(bool Allowed, string Reason);
