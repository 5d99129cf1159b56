using System.Globalization;

namespace Kontrakt.Engine.Api.Selecting;

public enum LabelOperator { Exists, DoesNotExist, In, NotIn, GreaterThan, LessThan }

/// <summary>One requirement of a <see cref="LabelSelector"/>.</summary>
/// <param name="Values">Of In and NotIn; the number that the comparisons compare with.</param>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlySet<string> Values)
{
    /// <param name="value">null where the label is not there.</param>
    public bool Matches(string? value) => Operator switch
    {
        LabelOperator.Exists => value is not null,
        LabelOperator.DoesNotExist => value is null,
        LabelOperator.In => value is not null && Values.Contains(value),
        LabelOperator.NotIn => value is null || !Values.Contains(value),
        _ => Compare(value),
    };

    private bool Compare(string? value)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return false;
        var bound = long.Parse(Values.First(), CultureInfo.InvariantCulture);
        return Operator == LabelOperator.GreaterThan ? number > bound : number < bound;
    }
}
