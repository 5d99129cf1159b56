namespace Kontrakt.Kubernetes.Cel;

/// <summary>What the macros make of the elements of a list or a map.</summary>
internal static class CelMacros
{
    /// <param name="each">The value of a step for one element.</param>
    public static object? Run(CelComprehension node, IReadOnlyList<(object? First, object? Second)> elements, Func<CelComprehension, (object?, object?), CelNode, object?> each)
    {
        var kept = new List<object?>();
        CelFault? fault = null;
        var holding = 0;
        foreach (var element in elements)
        {
            var condition = node.Macro != CelMacro.Map ? each(node, element, node.Step) : node.Filter is { } filter ? each(node, element, filter) : true;
            if (condition is not bool holds)
            {
                fault ??= condition as CelFault ?? new($"what is asked of each element is {CelTypes.Describe(CelTypes.Of(condition))}, not true or false");
                // The others may decide: one that is so for exists, one that is not for all.
                if (node.Macro is CelMacro.All or CelMacro.Exists)
                    continue;
                return fault;
            }
            if (node.Macro == CelMacro.All && !holds)
                return false;
            if (node.Macro == CelMacro.Exists && holds)
                return true;
            holding += holds ? 1 : 0;
            if (!holds || node.Macro is not (CelMacro.Map or CelMacro.Filter))
                continue;
            var value = node.Macro == CelMacro.Map ? each(node, element, node.Step) : element.First;
            if (value is CelFault)
                return value;
            kept.Add(value);
        }
        return node.Macro switch
        {
            CelMacro.Map or CelMacro.Filter => kept,
            CelMacro.ExistsOne => holding == 1,
            _ => fault ?? (object)(node.Macro == CelMacro.All),
        };
    }
}
