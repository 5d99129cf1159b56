using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Schema.Defaults;

/// <summary>status.qosClass: what the containers of a pod ask for, of processors and memory, against their limits.</summary>
internal static class QualityOfService
{
    private static readonly string[] Resources = ["cpu", "memory"];

    public static string Of(JsonObject spec)
    {
        var containers = spec.Each("initContainers").Concat(spec.Each("containers")).Select(container => container.Map("resources")).ToList();
        var asked = from resources in containers from list in (string[])["requests", "limits"] from resource in Resources select Amount(resources, list, resource);
        if (asked.All(amount => amount is null))
            return "BestEffort";
        var guaranteed = from resources in containers
                         from resource in Resources
                         let limit = Amount(resources, "limits", resource)
                         select limit is not null && (Amount(resources, "requests", resource) ?? limit) == limit;
        return guaranteed.All(equal => equal) ? "Guaranteed" : "Burstable";
    }

    private static Quantity? Amount(JsonObject? resources, string list, string resource) =>
        Quantity.TryParse(resources.Map(list).Text(resource), out var amount) && amount.Sign > 0 ? amount : null;
}
