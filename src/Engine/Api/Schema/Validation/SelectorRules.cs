using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Validation;

/// <summary>Label selectors, and whether they select the labels of the template beside them.</summary>
internal static class SelectorRules
{
    public static void Check(JsonObject spec, Place place, Faults faults, string kind)
    {
        var at = place.Field("selector");
        var selector = spec.Map("selector");
        if (selector is null)
            faults.Required(at);
        else
        {
            faults.Labels(selector.Map("matchLabels"), at.Field("matchLabels"));
            foreach (var (expression, below) in selector.Indexed("matchExpressions", at))
                Expression(expression, below, faults);
            if (IsEmpty(selector))
                faults.Invalid(at, selector, $"empty selector is invalid for {kind}");
        }
        var labels = spec.Map("template").Map("metadata").Map("labels");
        if (!Matches(selector, labels) && !(selector is not null && IsEmpty(selector)))
            faults.Invalid(place.Field("template").Field("metadata").Field("labels"), labels ?? [], "`selector` does not match template `labels`");
    }

    private static void Expression(JsonObject expression, Place place, Faults faults)
    {
        var values = expression.List("values") is { Count: > 0 };
        switch (expression.Text("operator"))
        {
            case "In" or "NotIn":
                if (!values)
                    faults.Required(place.Field("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                break;
            case "Exists" or "DoesNotExist":
                if (values)
                    faults.Forbidden(place.Field("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                break;
            case var other:
                faults.Invalid(place.Field("operator"), other, "not a valid selector operator");
                break;
        }
        if (Names.Qualified(expression.Text("key")) is { } wrong)
            faults.Invalid(place.Field("key"), expression.Text("key"), wrong);
    }

    private static bool IsEmpty(JsonObject selector) => selector.Map("matchLabels") is not { Count: > 0 } && selector.List("matchExpressions") is not { Count: > 0 };

    private static bool Matches(JsonObject? selector, JsonObject? labels) => selector is not null
        && (selector.Map("matchLabels") ?? []).All(wanted => labels.Has(wanted.Key) && labels.Text(wanted.Key) == wanted.Value?.ToString())
        && selector.Each("matchExpressions").All(expression => MatchesOne(expression, labels, labels.Has(expression.Text("key"))));

    private static bool MatchesOne(JsonObject expression, JsonObject? labels, bool present)
    {
        var listed = (expression.List("values") ?? []).Any(value => value?.ToString() == labels.Text(expression.Text("key")));
        return expression.Text("operator") switch
        {
            "In" => present && listed,
            "NotIn" => !present || !listed,
            "Exists" => present,
            "DoesNotExist" => !present,
            _ => false,
        };
    }
}
