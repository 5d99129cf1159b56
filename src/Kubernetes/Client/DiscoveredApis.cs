using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>Everything a server serves, each resource in its group's preferred version.</summary>
/// <param name="Broken">Groups and versions that could not be asked, with the reason: an aggregated API whose service is down.</param>
public sealed record DiscoveredApis(IReadOnlyList<ApiResource> Resources, IReadOnlyDictionary<string, string> Broken);
