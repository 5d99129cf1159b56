using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;

namespace Kontrakt.Runs;

/// <summary>What expressions know and leave, while one object is compared.</summary>
/// <param name="Whole">The object.</param>
internal sealed record MatchScope(JsonNode? Whole)
{
    /// <summary>Whether an expression without a value counts as true: is there anything else that does not match?</summary>
    public bool InDoubt { get; init; }

    /// <summary>The expressions that had no value, and why.</summary>
    public List<(CelExpression Expression, string Reason)> Faults { get; } = [];
}
