using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class ResourceQuotaKind
{
    private const string WrongScope = "unsupported scope applied to resource";
    private static readonly Place Spec = Place.Of("spec");

    private static readonly string[] Numbers =
        ["pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"];

    private static readonly string[] Amounts =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    ];

    public static ServedKind Kind { get; } = new(Kinds.ResourceQuota)
    {
        FirstStatus = () => [],
        Validate = Validate,
        ValidateUpdate = (before, after, faults) => faults.Fixed(before.Map("spec"), after.Map("spec"), "scopes", Spec),
        Controller = objects => new QuotaController(objects),
        Table = new([TableColumn.ObjectName, new("Request"), new("Limit"), TableColumn.Age], (item, now) => [item.Name, Used(item, limits: false), Used(item, limits: true), Ages.Of(item, now)]),
    };

    /// <summary>cpu: 1/2, pods: 3/4</summary>
    private static string Used(KubernetesObject item, bool limits) => string.Join(", ", (item.Json.Map("status").Map("hard") ?? [])
        .Where(pair => pair.Key.StartsWith("limits.", StringComparison.Ordinal) == limits).OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => $"{pair.Key}: {item.At("status", "used", pair.Key) ?? "0"}/{pair.Value}"));

    private static void Validate(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        var hard = spec.Map("hard") ?? [];
        foreach (var (name, amount) in hard)
            Limit(name, amount, Spec.Field("hard").Key(name), faults);
        var standard = hard.Select(pair => pair.Key).Where(IsStandard).Order(StringComparer.Ordinal).ToList();
        Scopes(spec, standard, faults);
        Selector(spec, standard, faults);
    }

    private static void Limit(string name, JsonNode? amount, Place place, Faults faults)
    {
        if (Names.Qualified(name) is { } wrong)
            faults.Invalid(place, name, wrong);
        else if (!name.Contains('/', StringComparison.Ordinal) && !IsStandard(name))
        {
            if (name != "storage")
                faults.Invalid(place, name, "must be a standard resource type or fully qualified");
            faults.Invalid(place, name, "must be a standard resource for quota");
        }
        if (Quantity.Read(amount?.ToString()) is not { } most)
            return;
        if (most.Sign < 0)
            faults.Invalid(place, amount, "must be greater than or equal to 0");
        if ((Numbers.Contains(name) || name.StartsWith("count/", StringComparison.Ordinal)) && most.Amount % 1 != 0)
            faults.Invalid(place, amount, "must be an integer");
    }

    private static bool IsStandard(string name) => Numbers.Contains(name) || Amounts.Contains(name) || name.StartsWith("hugepages-", StringComparison.Ordinal) || name.StartsWith("requests.hugepages-", StringComparison.Ordinal);

    private static void Scopes(JsonObject spec, List<string> resources, Faults faults)
    {
        var place = Spec.Field("scopes");
        var scopes = KubernetesObject.Texts(spec["scopes"]);
        foreach (var scope in scopes)
            Scope(scope, resources, place, spec["scopes"], (place, spec["scopes"]), faults);
        Conflicts(scopes, place, spec["scopes"], faults);
    }

    private static void Selector(JsonObject spec, List<string> resources, Faults faults)
    {
        var selector = spec.Map("scopeSelector");
        var place = Spec.Field("scopeSelector").Field("matchExpressions");
        foreach (var (each, at) in selector.Indexed("matchExpressions", Spec.Field("scopeSelector")))
        {
            var (scope, comparison) = (each.Text("scopeName"), each.Text("operator"));
            Scope(scope, resources, at.Field("scopeName"), scope, (place, selector?["matchExpressions"]), faults);
            if (scope is not ("PriorityClass" or "VolumeAttributesClass") && QuotaScopes.Known.Contains(scope) && comparison != "Exists")
                faults.Invalid(at.Field("operator"), comparison, "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
            if (comparison is "In" or "NotIn" && each.List("values") is not { Count: > 0 })
                faults.Required(at.Field("values"), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
            else if (comparison is "Exists" or "DoesNotExist" && each.List("values") is { Count: > 0 })
                faults.Invalid(at.Field("values"), each["values"], "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
            else if (comparison is not ("In" or "NotIn" or "Exists" or "DoesNotExist"))
                faults.Invalid(at.Field("operator"), comparison, "not a valid selector operator");
        }
        Conflicts([.. selector.Each("matchExpressions").Select(each => each.Text("scopeName"))], place, selector?["matchExpressions"], faults);
    }

    private static void Scope(string scope, List<string> resources, Place place, JsonNode? shown, (Place Place, JsonNode? Value) all, Faults faults)
    {
        if (scope == "VolumeAttributesClass")
            faults.Absent(place, "volume attributes classes");
        else if (!QuotaScopes.Known.Contains(scope))
            faults.Invalid(place, shown, "unsupported scope");
        else if (resources.Exists(resource => !QuotaScopes.Allow(scope, resource)))
            faults.Invalid(all.Place, all.Value, WrongScope);
    }

    private static void Conflicts(IReadOnlyList<string> scopes, Place place, JsonNode? shown, Faults faults)
    {
        foreach (var (one, other) in QuotaScopes.Opposites)
            if (scopes.Contains(one) && scopes.Contains(other))
                faults.Invalid(place, shown, "conflicting scopes");
    }
}
