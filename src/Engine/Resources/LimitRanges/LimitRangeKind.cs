using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class LimitRangeKind
{
    public const string Container = "Container";
    public const string Pod = "Pod";
    public const string Claim = "PersistentVolumeClaim";

    private const string NotOfPods = "may not be specified when `type` is 'Pod'";

    public static ServedKind Kind { get; } = new(Kinds.LimitRange)
    {
        Default = value =>
        {
            foreach (var item in value.Map("spec").Each("limits").Where(item => item.Text("type") == Container))
                Default(item);
        },
        Validate = Validate,
        Table = new([TableColumn.ObjectName, new("Created At", "date")], (item, _) => [item.Name, item.Text("metadata", "creationTimestamp")]),
    };

    /// <summary>What may be at most is the default limit, a default limit the default request, and what must be at least the same.</summary>
    private static void Default(JsonObject item)
    {
        foreach (var (from, to) in (ReadOnlySpan<(string, string)>)[("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")])
            foreach (var (resource, amount) in item.Map(from) ?? [])
                if (!item.Map(to).Has(resource))
                    item.Always(to)[resource] = amount?.DeepClone();
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        faults.Unique(spec, "limits", "type", Place.Of("spec"));
        foreach (var (item, place) in spec.Indexed("limits", Place.Of("spec")))
            Item(item, place, faults);
    }

    private static void Item(JsonObject item, Place place, Faults faults)
    {
        var type = item.Text("type");
        if (Names.Qualified(type) is { } wrong)
            faults.Invalid(place.Field("type"), type, wrong);
        else if (!type.Contains('/', StringComparison.Ordinal) && type is not (Container or Pod or Claim))
            faults.Invalid(place.Field("type"), type, "must be a standard limit type or fully qualified");
        string[] fields = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];
        foreach (var field in fields)
            if (type == Pod && field is "default" or "defaultRequest" && item.Map(field) is { Count: > 0 })
                faults.Forbidden(place.Field(field), NotOfPods);
            else
                foreach (var (resource, _) in item.Map(field) ?? [])
                    Resource(resource, type, place.Field(field).Key(resource), faults);
        if (type == Claim && !item.Map("min").Has("storage") && !item.Map("max").Has("storage"))
            faults.Required(place.Field("limits"), "either minimum or maximum storage value is required, but neither was provided");
        foreach (var resource in fields.SelectMany(field => item.Map(field) ?? []).Select(pair => pair.Key).Distinct().Order(StringComparer.Ordinal))
            Amounts(item, resource, place, faults);
    }

    private static void Resource(string resource, string type, Place place, Faults faults)
    {
        var isStandard = resource is "cpu" or "memory" or "ephemeral-storage" || resource.StartsWith("hugepages-", StringComparison.Ordinal);
        if (Names.Qualified(resource) is { } wrong)
            faults.Invalid(place, resource, wrong);
        else if (!resource.Contains('/', StringComparison.Ordinal) && !isStandard && (type is Pod or Container || resource != "storage"))
            faults.Invalid(place, resource, type is Pod or Container ? "must be a standard resource for containers" : "must be a standard resource type or fully qualified");
    }

    private static void Amounts(JsonObject item, string resource, Place place, Faults faults)
    {
        Quantity? Of(string field) => Quantity.Read(item.Map(field).Text(resource));
        void Check(bool isWrong, string field, Quantity? shown, string why)
        {
            if (isWrong)
                faults.Invalid(place.Field(field).Key(resource), shown.ToString(), why);
        }
        var (least, most, limit, request, ratio) = (Of("min"), Of("max"), Of("default"), Of("defaultRequest"), Of("maxLimitRequestRatio"));
        Check(least > most, "min", least, $"min value {least} is greater than max value {most}");
        Check(least > request, "defaultRequest", request, $"min value {least} is greater than default request value {request}");
        Check(request > most, "defaultRequest", request, $"default request value {request} is greater than max value {most}");
        Check(request > limit, "defaultRequest", request, $"default request value {request} is greater than default limit value {limit}");
        Check(least > limit, "default", least, $"min value {least} is greater than default value {limit}");
        Check(limit > most, "default", most, $"default value {limit} is greater than max value {most}");
        Check(ratio?.Amount < 1, "maxLimitRequestRatio", ratio, $"ratio {ratio} is less than 1");
        if (least is { Sign: > 0 } low && most is { } high && high.Amount / low.Amount is var range)
            Check(ratio?.Amount > range, "maxLimitRequestRatio", ratio, $"ratio {ratio} is greater than max/min = {range.ToString("F6", CultureInfo.InvariantCulture)}");
    }
}
