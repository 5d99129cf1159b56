using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Holds an expression against the value in its place.</summary>
internal static class ExpressionMatcher
{
    private const int MostOperands = 4;

    public static bool Compare(CelExpression expression, JsonNode? actual, MatchScope scope, MatchPath? path, List<Mismatch>? found)
    {
        var result = expression.Evaluate(actual, scope.Whole);
        var undecided = result.Outcome == CelOutcome.Undecided;
        if (undecided && scope.InDoubt)
            scope.Doubts.Add(new(path, expression, expression.Text, result.Reason));
        if (found is null && result.Outcome == CelOutcome.True && MatchPath.Steps(path) is var steps && steps.All(step => step is string))
            scope.Held.Add((steps, actual));
        if (result.Outcome == CelOutcome.True || (undecided && scope.InDoubt))
            return true;
        found?.Add(new(MatchPath.Steps(path), ExpressionPlace.Short(expression.Text) + WhyFalse(result, scope), ValueText.Show(actual) + (undecided ? $", of which it has no value: {result.Reason}" : "")));
        return false;
    }

    private static string WhyFalse(CelResult result, MatchScope scope)
    {
        if (result.Outcome != CelOutcome.False)
            return "";
        var part = result.Reason.Length == 0 ? "" : $": {ExpressionPlace.Short(result.Reason)}";
        // Also beside data there may be an expression about the whole object.
        var values = scope.IsSecret ? "" : string.Join(", ", result.Operands.Take(MostOperands).Select(each => $"{ExpressionPlace.Short(each.Text)} is {ValueText.Show(each.Value)}"));
        return part.Length + values.Length == 0 ? "" : $" (false{part}{(values.Length == 0 ? "" : $" where {values}")})";
    }
}
