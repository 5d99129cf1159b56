using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Cel;

namespace Kontrakt.Runs;

/// <summary>What expressions know and leave, while one object is compared.</summary>
/// <param name="Whole">The object.</param>
internal sealed record MatchScope(JsonNode? Whole)
{
    /// <summary>Whether what cannot be decided counts as so: is there anything else that does not match?</summary>
    public bool InDoubt { get; init; }

    /// <summary>What counted as so.</summary>
    public List<MatchDoubt> Doubts { get; } = [];
}

/// <summary>An expected value of which it is not known whether it is so.</summary>
/// <param name="Expression">Null for a plain value.</param>
/// <param name="Expected">The value or expression, as an expression is written.</param>
/// <param name="Reason">Why the expression has no value; null: the field is absent, and may have been left out.</param>
internal sealed record MatchDoubt(MatchPath? Path, CelExpression? Expression, string Expected, string? Reason);
