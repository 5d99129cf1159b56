using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>The limits of a range for one type of thing.</summary>
internal sealed class LimitRangeItem(JsonObject item)
{
    public string Type => item.Text("type");

    /// <summary>What is wrong with requests and limits, in Kubernetes' words.</summary>
    /// <param name="amount">Of a list (requests, limits) and a resource; null where it has none.</param>
    public IEnumerable<string> Faults(Func<string, string, Quantity?> amount) =>
    [
        .. Each("min", (resource, least) => Minimum(resource, least, amount("requests", resource), amount("limits", resource))),
        .. Each("max", (resource, most) => Maximum(resource, most, amount("requests", resource), amount("limits", resource))),
        .. Each("maxLimitRequestRatio", (resource, most) => Ratio(resource, most, amount("requests", resource), amount("limits", resource))),
    ];

    /// <summary>The same of what has no limits.</summary>
    public IEnumerable<string> FaultsOfRequests(Func<string, Quantity?> request) =>
    [
        .. Each("min", (resource, least) => Minimum(resource, least, request(resource), null)),
        .. Each("max", (resource, most) => request(resource) is not { } asked ? $"maximum {Usage(resource, most)}.  No request is specified"
            : asked > most ? $"maximum {Usage(resource, most)}, but request is {asked}" : null),
    ];

    private IEnumerable<string> Each(string field, Func<string, Quantity, string?> check) => (item.Map(field) ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => Quantity.Read(pair.Value?.ToString()) is { } bound ? check(pair.Key, bound) : null).OfType<string>();

    private string Usage(string resource, Quantity bound) => $"{resource} usage per {Type} is {bound}";

    private string? Minimum(string resource, Quantity least, Quantity? request, Quantity? limit) =>
        request is not { } asked ? $"minimum {Usage(resource, least)}.  No request is specified"
        : asked < least ? $"minimum {Usage(resource, least)}, but request is {asked}"
        : limit < least ? $"minimum {Usage(resource, least)}, but limit is {limit}"
        : null;

    private string? Maximum(string resource, Quantity most, Quantity? request, Quantity? limit) =>
        limit is not { } given ? $"maximum {Usage(resource, most)}.  No limit is specified"
        : given > most ? $"maximum {Usage(resource, most)}, but limit is {given}"
        : request > most ? $"maximum {Usage(resource, most)}, but request is {request}"
        : null;

    private string? Ratio(string resource, Quantity most, Quantity? request, Quantity? limit)
    {
        var rule = $"{resource} max limit to request ratio per {Type} is {most}";
        if (request is not { Sign: not 0 } asked)
            return $"{rule}, but no request is specified or request is 0";
        if (limit is not { Sign: not 0 } given)
            return $"{rule}, but no limit is specified or limit is 0";
        var ratio = given.Amount / asked.Amount;
        return ratio > most.Amount ? $"{rule}, but provided ratio is {ratio.ToString("F6", CultureInfo.InvariantCulture)}" : null;
    }
}
