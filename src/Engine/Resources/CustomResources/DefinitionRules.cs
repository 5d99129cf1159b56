using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>What a definition must be, beside the schemas in it (see <see cref="StructuralRules"/>).</summary>
internal static class DefinitionRules
{
    private const string Approval = "api-approved.kubernetes.io";
    private static readonly Place Spec = Place.Of("spec");
    private static readonly string[] Scopes = ["Cluster", "Namespaced"];
    private static readonly string[] ColumnTypes = ["integer", "number", "string", "boolean", "date"];

    public static void Check(JsonObject value, Faults faults)
    {
        var spec = value.Map("spec") ?? [];
        var (group, names) = (spec.Text("group"), spec.Map("names") ?? []);
        var name = value.Map("metadata").Text("name");
        if (name != $"{names.Text("plural")}.{group}")
            faults.Invalid(Place.Of("metadata", "name"), name, "must be spec.names.plural+\".\"+spec.group");
        CheckApproval(value.Map("metadata").Map("annotations"), group, faults);
        faults.Name(spec, "group", Spec, Names.Subdomain);
        if (group.Length > 0 && !group.Contains('.', StringComparison.Ordinal))
            faults.Invalid(Spec.Field("group"), group, "should be a domain with at least one dot");
        if (spec.Text("scope").Length == 0)
            faults.Required(Spec.Field("scope"));
        else if (!Scopes.Contains(spec.Text("scope")))
            faults.NotSupported(Spec.Field("scope"), spec.Text("scope"), Scopes);
        CheckNames(names, Spec.Field("names"), faults);
        CheckConversion(spec.Map("conversion"), Spec.Field("conversion"), faults);
        if (spec.Flag("preserveUnknownFields"))
            faults.Invalid(Spec.Field("preserveUnknownFields"), true, "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
        CheckVersions(spec, faults);
    }

    public static void CheckUpdate(JsonObject before, JsonObject after, Faults faults)
    {
        var (old, spec) = (before.Map("spec"), after.Map("spec"));
        faults.Fixed(old, spec, "group", Spec);
        faults.Fixed(old.Map("names"), spec.Map("names"), "plural", Spec.Field("names"));
        if (Conditions.Find(before.Map("status") ?? [], "Established").Text("status") == "True")
        {
            faults.Fixed(old, spec, "scope", Spec);
            faults.Fixed(old.Map("names"), spec.Map("names"), "kind", Spec.Field("names"));
        }
        var stored = KubernetesObject.Texts(before.Map("status")?["storedVersions"]);
        for (var i = 0; i < stored.Count; i++)
            if (!spec.Each("versions").Any(version => version.Text("name") == stored[i]))
                faults.Invalid(Place.Of("status", "storedVersions").At(i), stored[i], "must appear in spec.versions");
    }

    private static void CheckApproval(JsonObject? annotations, string group, Faults faults)
    {
        var isProtected = group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);
        var place = Place.Of("metadata", "annotations").Key(Approval);
        if (!isProtected || annotations.Text(Approval) is var approved && (approved.StartsWith("unapproved", StringComparison.Ordinal) || Uri.TryCreate(approved, UriKind.Absolute, out _)))
            return;
        if (approved.Length == 0)
            faults.Required(place, $"protected groups must have approval annotation \"{Approval}\", see https://github.com/kubernetes/enhancements/pull/1111");
        else
            faults.Invalid(place, approved, "protected groups must have approval annotation with either a URL or a reason starting with \"unapproved\"");
    }

    private static void CheckNames(JsonObject names, Place place, Faults faults)
    {
        foreach (var field in (ReadOnlySpan<string>)["plural", "singular"])
            faults.Name(names, field, place, Names.LetterLabel);
        foreach (var field in (ReadOnlySpan<string>)["kind", "listKind"])
            faults.Name(names, field, place, text => Names.LetterLabel(text.ToLowerInvariant()) is { } wrong ? "may have mixed case, but should otherwise match: " + wrong : null);
        foreach (var field in (ReadOnlySpan<string>)["shortNames", "categories"])
            foreach (var (text, index) in KubernetesObject.Texts(names[field]).Select((text, index) => (text, index)))
                if (Names.LetterLabel(text) is { } wrong)
                    faults.Invalid(place.Field(field).At(index), text, wrong);
        if (names.Text("kind").Length > 0 && names.Text("kind") == names.Text("listKind"))
            faults.Invalid(place.Field("listKind"), names.Text("listKind"), "kind and listKind may not be the same");
    }

    private static void CheckConversion(JsonObject? conversion, Place place, Faults faults)
    {
        var strategy = conversion.Text("strategy");
        if (strategy == "Webhook")
            faults.Absent(place.Field("strategy"), "conversion of custom resources by a webhook (Webhook)", "; between versions with strategy None only apiVersion changes");
        else if (strategy != "None")
            faults.NotSupported(place.Field("strategy"), strategy, ["None", "Webhook"]);
    }

    private static void CheckVersions(JsonObject spec, Faults faults)
    {
        faults.Unique(spec, "versions", "name", Spec);
        if (spec.Each("versions").Count(version => version.Flag("storage")) != 1)
            faults.Invalid(Spec.Field("versions"), spec.List("versions"), "must have exactly one version marked as storage version");
        foreach (var (version, place) in spec.Indexed("versions", Spec))
        {
            faults.Name(version, "name", place, Names.LetterLabel);
            var at = place.Field("schema").Field("openAPIV3Schema");
            if (version.Map("schema").Map("openAPIV3Schema") is not { } schema)
                faults.Required(at, "schemas are required");
            else
                StructuralRules.Check(schema, at, faults);
            CheckSubresources(version.Map("subresources").Map("scale"), place.Field("subresources").Field("scale"), faults);
            foreach (var (column, below) in version.Indexed("additionalPrinterColumns", place))
                CheckColumn(column, below, faults);
            foreach (var (field, below) in version.Indexed("selectableFields", place))
                Path(field, "jsonPath", below, faults);
            if (version.Has("deprecationWarning") && !version.Flag("deprecated"))
                faults.Invalid(place.Field("deprecationWarning"), version.Text("deprecationWarning"), "can only be set for deprecated versions");
        }
    }

    private static void CheckSubresources(JsonObject? scale, Place place, Faults faults)
    {
        if (scale is null)
            return;
        foreach (var (field, begin) in (ReadOnlySpan<(string, string)>)[("specReplicasPath", ".spec."), ("statusReplicasPath", ".status.")])
            if (scale.Text(field).Length == 0)
                faults.Required(place.Field(field));
            else if (!scale.Text(field).StartsWith(begin, StringComparison.Ordinal) || scale.Text(field).Contains('[', StringComparison.Ordinal))
                faults.Invalid(place.Field(field), scale.Text(field), $"should be a json path under {begin[..^1]}");
        if (scale.Text("labelSelectorPath") is { Length: > 0 } selector && !selector.StartsWith(".spec.", StringComparison.Ordinal) && !selector.StartsWith(".status.", StringComparison.Ordinal))
            faults.Invalid(place.Field("labelSelectorPath"), selector, "should be a json path under either .spec or .status");
    }

    private static void CheckColumn(JsonObject column, Place place, Faults faults)
    {
        if (column.Text("name").Length == 0)
            faults.Required(place.Field("name"));
        if (column.Text("type").Length == 0)
            faults.Required(place.Field("type"), $"must be one of {string.Join(',', ColumnTypes.Order(StringComparer.Ordinal))}");
        else if (!ColumnTypes.Contains(column.Text("type")))
            faults.Invalid(place.Field("type"), column.Text("type"), $"must be one of {string.Join(',', ColumnTypes.Order(StringComparer.Ordinal))}");
        Path(column, "jsonPath", place, faults);
    }

    private static void Path(JsonObject map, string field, Place place, Faults faults)
    {
        if (map.Text(field).Length == 0)
            faults.Required(place.Field(field));
        else if (JsonPath.Read(map.Text(field)) is null)
            faults.Invalid(place.Field(field), map.Text(field), "is not a JSON path such as .spec.size, .spec.items[0] or .status.conditions[?(@.type==\"Ready\")].status");
    }
}
