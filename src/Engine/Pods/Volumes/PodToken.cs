namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>A token of a service account that is bound to a pod.</summary>
internal sealed record PodToken(string Text, DateTimeOffset Expires);

/// <param name="Audience">null for the API server.</param>
internal sealed record PodTokenRequest(string? Audience, long Seconds);
