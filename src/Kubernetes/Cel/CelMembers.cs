namespace Kontrakt.Kubernetes.Cel;

/// <summary>What follows a value: fields, indexes and calls; and the macros, which are written like calls.</summary>
internal static class CelMembers
{
    public static CelNode Read(CelParser parser)
    {
        var node = parser.Primary();
        if (node is CelIdentifier name && parser.Last.End == name.End && parser.TryTake("("))
            node = Global(name, parser.Arguments(), parser.Last.End);
        while (true)
        {
            if (parser.TryTake("."))
            {
                var field = parser.TakeName();
                node = parser.TryTake("(") ? Member(node, field, parser.Arguments(), parser.Last.End) : new CelSelect(node, field.Text, node.Start, field.End);
            }
            else if (parser.TryTake("["))
            {
                var at = parser.Last.Start;
                node = new CelCall("[]", [node, parser.Bracketed()], at, node.Start, parser.Last.End);
            }
            else
            {
                return node is CelIdentifier && parser.TryTake("{") ? throw new CelSyntaxException(parser.Last.Start, "messages are not supported; a map is written {\"key\": value}") : node;
            }
        }
    }

    private static CelNode Global(CelIdentifier name, List<CelNode> arguments, int end)
    {
        if (name.Name != "has")
            return new CelCall(name.Name, arguments, name.Start, name.Start, end);
        return arguments is [CelSelect field]
            ? new CelHas(field.Target, field.Field, field.End - field.Field.Length, name.Start, end)
            : throw new CelSyntaxException(name.Start, "has() takes one field, as in has(self.paused); for the field itself use self == null, and whether a map has a key with \"key\" in self");
    }

    private static CelNode Member(CelNode target, CelToken function, List<CelNode> arguments, int end)
    {
        CelMacro? macro = function.Text switch
        {
            "all" => CelMacro.All,
            "exists" => CelMacro.Exists,
            "exists_one" or "existsOne" => CelMacro.ExistsOne,
            "map" => CelMacro.Map,
            "filter" => CelMacro.Filter,
            _ => null,
        };
        if (macro is { } known)
            return Comprehension(known, target, function, arguments, end);
        // A function of a library, such as sets.contains, is written like a member's.
        return target is CelIdentifier library && CelFunctions.Has($"{library.Name}.{function.Text}")
            ? new CelCall($"{library.Name}.{function.Text}", arguments, library.Start, target.Start, end)
            : new CelCall("." + function.Text, [target, .. arguments], function.Start, target.Start, end);
    }

    private static CelComprehension Comprehension(CelMacro macro, CelNode target, CelToken name, List<CelNode> arguments, int end)
    {
        var variables = arguments.Take(macro is CelMacro.Map or CelMacro.Filter ? 1 : arguments.Count - 1).ToList();
        var steps = arguments.Count - variables.Count;
        if (variables.Count is not (1 or 2) || steps is not (1 or 2) || (steps == 2 && macro != CelMacro.Map))
            throw new CelSyntaxException(name.Start, $"'{name.Text}' takes a name and a condition, as in {name.Text}(c, c.ready)");
        var names = new List<string>();
        foreach (var variable in variables)
            names.Add(variable is CelIdentifier identifier && !names.Contains(identifier.Name)
                ? identifier.Name : throw new CelSyntaxException(variable.Start, $"'{name.Text}' takes a name of its own for each element here, as in {name.Text}(c, c.ready)"));
        return new(macro, target, names, steps == 2 ? arguments[^2] : null, arguments[^1], target.Start, end);
    }
}
