using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

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
            Selector(selector, at, faults);
            if (IsEmpty(selector))
                faults.Invalid(at, selector, $"empty selector is invalid for {kind}");
        }
        var labels = spec.Map("template").Map("metadata").Map("labels");
        if (!LabelSelector.From(selector).Matches(labels))
            faults.Invalid(place.Field("template").Field("metadata").Field("labels"), labels ?? [], "`selector` does not match template `labels`");
    }

    public static void Selector(JsonObject selector, Place place, Faults faults)
    {
        faults.Labels(selector.Map("matchLabels"), place.Field("matchLabels"));
        foreach (var (expression, at) in selector.Indexed("matchExpressions", place))
            Expression(expression, at, faults);
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
}
