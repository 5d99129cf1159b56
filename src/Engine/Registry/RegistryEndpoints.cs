using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Kontrakt.Engine.Registry;

public static class RegistryEndpoints
{
    /// <summary>Everything below /v2: push, pull and management as the distribution specification 1.1 has them.</summary>
    /// <param name="hostNames">Names without ports, besides loopback's, that a Host header may have: those of the registry inside the cluster.</param>
    public static IEndpointConventionBuilder MapRegistry(this IEndpointRouteBuilder endpoints, BlobStore store, RegistryRights rights, params IReadOnlyCollection<string> hostNames) =>
        endpoints.Map("/v2/{**rest}", new RegistryServer(store, rights, hostNames).AnswerAsync);
}
