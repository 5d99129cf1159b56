using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;
using Kontrakt.Manifests;

namespace Kontrakt.Runs;

/// <summary>Holds an expression against the value in its place.</summary>
internal static class ExpressionMatcher
{
    public static bool Compare(CelExpression expression, JsonNode? actual, MatchScope scope, MatchPath? path, List<Mismatch>? found)
    {
        var result = expression.Evaluate(actual, scope.Whole);
        var undecided = result.Outcome == CelOutcome.Undecided;
        if (undecided && scope.InDoubt)
            scope.Doubts.Add(new(path, expression, expression.Text, result.Reason));
        if (result.Outcome == CelOutcome.True || (undecided && scope.InDoubt))
            return true;
        var text = ExpressionPlace.Short(expression.Text);
        if (result is { Outcome: CelOutcome.False, Reason.Length: > 0 })
            text += $" (false: {ExpressionPlace.Short(result.Reason)})";
        found?.Add(new(MatchPath.Steps(path), text, ValueText.Show(actual) + (undecided ? $", of which it has no value: {result.Reason}" : "")));
        return false;
    }
}
