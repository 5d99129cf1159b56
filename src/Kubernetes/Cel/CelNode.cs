namespace Kontrakt.Kubernetes.Cel;

/// <summary>A part of an expression, with its place: offsets from 0, the end excluded.</summary>
internal abstract record CelNode(int Start, int End);

internal sealed record CelLiteral(object? Value, int Start, int End) : CelNode(Start, End);

internal sealed record CelIdentifier(string Name, int Start, int End) : CelNode(Start, End);

internal sealed record CelSelect(CelNode Target, string Field, int Start, int End) : CelNode(Start, End);

/// <summary>has(target.field)</summary>
/// <param name="At">Where the field's name is.</param>
internal sealed record CelHas(CelNode Target, string Field, int At, int Start, int End) : CelNode(Start, End);

internal sealed record CelListNode(IReadOnlyList<CelNode> Items, int Start, int End) : CelNode(Start, End);

internal sealed record CelMapNode(IReadOnlyList<(CelNode Key, CelNode Value)> Entries, int Start, int End) : CelNode(Start, End);

/// <summary>A function or an operator; the receiver of a member function is the first argument.</summary>
/// <param name="Function">A member function begins with a dot.</param>
/// <param name="At">Where its name is.</param>
internal sealed record CelCall(string Function, IReadOnlyList<CelNode> Arguments, int At, int Start, int End) : CelNode(Start, End);

/// <param name="IsOr">Or rather than and.</param>
internal sealed record CelLogic(bool IsOr, CelNode Left, CelNode Right) : CelNode(Left.Start, Right.End);

internal sealed record CelConditional(CelNode Condition, CelNode Then, CelNode Else) : CelNode(Condition.Start, Else.End);

internal enum CelMacro { All, Exists, ExistsOne, Map, Filter }

/// <summary>A macro over the elements of a list or the keys of a map.</summary>
/// <param name="Variables">The element or key; or index and element, key and value.</param>
/// <param name="Filter">The condition of map with three arguments.</param>
internal sealed record CelComprehension(CelMacro Macro, CelNode Target, IReadOnlyList<string> Variables, CelNode? Filter, CelNode Step, int Start, int End) : CelNode(Start, End);

internal static class CelNodes
{
    /// <summary>The parts that a part is made of.</summary>
    public static IEnumerable<CelNode> Below(CelNode node) => node switch
    {
        CelSelect select => [select.Target],
        CelHas has => [has.Target],
        CelListNode list => list.Items,
        CelMapNode map => map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }),
        CelLogic logic => [logic.Left, logic.Right],
        CelConditional conditional => [conditional.Condition, conditional.Then, conditional.Else],
        CelComprehension { Filter: { } filter } comprehension => [comprehension.Target, filter, comprehension.Step],
        CelComprehension comprehension => [comprehension.Target, comprehension.Step],
        CelCall call => call.Arguments,
        _ => [],
    };

    /// <summary>The part itself, and all that it is made of.</summary>
    public static IEnumerable<CelNode> All(CelNode node) => Below(node).SelectMany(All).Prepend(node);
}
