namespace Kontrakt.Kubernetes.Cel;

/// <summary>Finds what is wrong whatever the values are: names nobody knows, calls that no form of a function takes, wrong patterns.</summary>
/// <param name="names">The names that have values when it is computed.</param>
internal sealed class CelChecker(IEnumerable<string> names)
{
    private readonly List<string> variables = [.. names];

    /// <summary>The types that the part can come to.</summary>
    /// <exception cref="CelSyntaxException"/>
    public CelType Check(CelNode node)
    {
        switch (node)
        {
            case CelLiteral literal:
                return CelTypes.Of(literal.Value);
            case CelIdentifier identifier:
                return Identifier(identifier);
            case CelSelect select:
                Container(select.Target, select.Field);
                return CelType.Any;
            case CelHas has:
                Container(has.Target, has.Field);
                return CelType.Bool;
            case CelListNode list:
                foreach (var item in list.Items)
                    Check(item);
                return CelType.List;
            case CelMapNode map:
                foreach (var (key, value) in map.Entries)
                    (_, _) = (Need(key, CelType.String | CelType.Int | CelType.Uint | CelType.Bool, "a key is a string, a whole number or a bool"), Check(value));
                return CelType.Map;
            case CelLogic logic:
                foreach (var side in new[] { logic.Left, logic.Right })
                    Need(side, CelType.Bool, $"'{(logic.IsOr ? "||" : "&&")}' takes conditions");
                return CelType.Bool;
            case CelConditional conditional:
                Need(conditional.Condition, CelType.Bool, "before '?' must be a condition");
                return Check(conditional.Then) | Check(conditional.Else);
            case CelComprehension comprehension:
                return Comprehension(comprehension);
            case CelCall call:
                return Call(call);
            default:
                throw new ArgumentException($"no such part: {node}", nameof(node));
        }
    }

    private CelType Identifier(CelIdentifier identifier)
    {
        if (variables.Contains(identifier.Name))
            return CelType.Any;
        return CelTypes.Names.ContainsKey(identifier.Name) ? CelType.Type
            : throw new CelSyntaxException(identifier.Start, $"there is no '{identifier.Name}'; the field's value is 'self'{(variables.Contains("object") ? ", the whole object 'object'" : "")}, a text is quoted");
    }

    private void Container(CelNode target, string field) => Need(target, CelType.Map, $"only a map has fields, so there is no '{field}'");

    private CelType Need(CelNode node, CelType wanted, string rule)
    {
        var types = Check(node);
        return (types & wanted) != 0 ? types : throw new CelSyntaxException(node.Start, $"{rule}; this is {CelTypes.Describe(types)}");
    }

    private CelType Comprehension(CelComprehension node)
    {
        Need(node.Target, CelType.List | CelType.Map, "only lists and maps are gone through");
        if (node.Variables.FirstOrDefault(name => variables.Contains(name) || CelTypes.Names.ContainsKey(name)) is { } taken)
            throw new CelSyntaxException(node.Start, $"the name '{taken}' is taken; choose another for the elements");
        variables.AddRange(node.Variables);
        if (node.Filter is not null)
            Need(node.Filter, CelType.Bool, "the second argument of map is a condition");
        if (node.Macro == CelMacro.Map)
            Check(node.Step);
        else
            Need(node.Step, CelType.Bool, "what is asked of each element is a condition");
        variables.RemoveRange(variables.Count - node.Variables.Count, node.Variables.Count);
        return node.Macro is CelMacro.Map or CelMacro.Filter ? CelType.List : CelType.Bool;
    }

    private CelType Call(CelCall call)
    {
        var arguments = call.Arguments.Select(Check).ToList();
        var forms = CelFunctions.Of(call.Function);
        var name = call.Function.TrimStart('.');
        if (forms.Length == 0)
            throw new CelSyntaxException(call.At, CelHints.Unknown(call));
        var fitting = Array.FindAll(forms, form => form.Takes(arguments));
        if (fitting.Length == 0)
            throw new CelSyntaxException(call.At, CelHints.Unfit(name, call, forms, arguments));
        if (name is "==" or "!=" && !CelTypes.Comparable(arguments[0], arguments[1]))
            throw new CelSyntaxException(call.At, $"it compares {CelTypes.Describe(arguments[0])} with {CelTypes.Describe(arguments[1])}, which are never equal");
        CheckText(call, name);
        return fitting.Aggregate(CelType.None, (types, form) => types | form.Result);
    }

    /// <summary>Texts that are written out are read now.</summary>
    private static void CheckText(CelCall call, string name)
    {
        if (call.Arguments is not [.., CelLiteral { Value: string text } literal])
            return;
        if (name is "matches" or "find" && CelPattern.Read(text) is { Regex: null } pattern)
            throw new CelSyntaxException(literal.Start, pattern.Problem);
        if (name is "quantity" or "timestamp" or "duration" && CelFunctions.Of(name).First(form => form.Takes([CelType.String])).Run(new([text])) is CelFault fault)
            throw new CelSyntaxException(literal.Start, fault.Reason);
    }
}
