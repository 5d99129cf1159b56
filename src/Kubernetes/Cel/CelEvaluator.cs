namespace Kontrakt.Kubernetes.Cel;

/// <summary>Computes an expression. What has no value is a <see cref="CelFault"/>, which everything passes on but the logical operators and the macros that ask.</summary>
/// <param name="names">What the names mean that are not types: values of CEL, or <see cref="CelFault.NoSelf"/> for a field that does not exist.</param>
internal sealed class CelEvaluator(IReadOnlyDictionary<string, Lazy<object?>> names)
{
    /// <summary>Parts that are computed, before it is given up: macros inside each other multiply.</summary>
    private const int MaxSteps = 5_000_000;

    private readonly List<(string Name, object? Value)> variables = [];
    private int steps;

    public object? Evaluate(CelNode node)
    {
        if (++steps > MaxSteps)
            return new CelFault("it takes too many steps; are macros over long lists inside each other?");
        return node switch
        {
            CelLiteral literal => literal.Value,
            CelIdentifier identifier => Variable(identifier.Name),
            CelSelect select => CelValues.Field(Evaluate(select.Target), select.Field),
            CelHas has => Has(has),
            CelListNode list => Several(list.Items, items => items),
            CelMapNode map => Map(map),
            CelLogic logic => Logic(logic),
            CelConditional conditional => Evaluate(conditional.Condition) switch
            {
                bool holds => Evaluate(holds ? conditional.Then : conditional.Else),
                var other => NoCondition(other),
            },
            CelComprehension comprehension => Comprehend(comprehension),
            CelCall { Function: "==" or "!=" } call => Equality(call),
            CelCall call => Several(call.Arguments, values => Call(call.Function, values)),
            _ => throw new ArgumentException($"no such part: {node}", nameof(node)),
        };
    }

    private object? Variable(string name)
    {
        for (var at = variables.Count - 1; at >= 0; at--)
            if (variables[at].Name == name)
                return variables[at].Value;
        return names.TryGetValue(name, out var value) ? value.Value : new CelTypeName(CelTypes.Names[name]);
    }

    private object? Has(CelHas has) => Evaluate(has.Target) switch
    {
        CelFault fault => fault,
        IReadOnlyDictionary<object, object?> map => map.TryGetValue(has.Field, out var value) && value is not null,
        var other => CelValues.Field(other, has.Field),
    };

    private object? Several(IReadOnlyList<CelNode> nodes, Func<object?[], object?> then)
    {
        var values = new object?[nodes.Count];
        for (var i = 0; i < values.Length; i++)
            if ((values[i] = Evaluate(nodes[i])) is CelFault fault)
                return fault;
        return then(values);
    }

    private object? Map(CelMapNode map) => Several([.. map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value })], values =>
    {
        var all = new Dictionary<object, object?>();
        for (var i = 0; i < values.Length; i += 2)
            if (values[i] is not { } key || key is double || !all.TryAdd(CelValues.Key(key), values[i + 1]))
                return new CelFault("a map has a key twice, or one that cannot be a key");
        return all;
    });

    /// <summary>That the field does not exist can be asked, with null; nothing else can.</summary>
    private object? Equality(CelCall call)
    {
        var values = call.Arguments.Select(Evaluate).ToArray();
        for (var i = 0; i < 2; i++)
            if (values[i] is CelFault { Absent: true } && call.Arguments[i] is CelIdentifier && values[1 - i] is null)
                values[i] = null;
        return Array.Find(values, value => value is CelFault) ?? Call(call.Function, values);
    }

    private object? Logic(CelLogic logic)
    {
        var left = Condition(Evaluate(logic.Left));
        if (left is bool first && first == logic.IsOr)
            return first;
        var right = Condition(Evaluate(logic.Right));
        return right is bool second && second == logic.IsOr ? second : left is CelFault ? Worse(left, right) : right;
    }

    /// <summary>Of two faults the one that is not only about a field that does not exist.</summary>
    private static object? Worse(object? one, object? other) => one is CelFault { Absent: true } && other is CelFault ? other : one;

    private static object? Condition(object? value) => value is bool ? value : NoCondition(value);

    private static CelFault NoCondition(object? value) => value as CelFault ?? new($"a condition is {CelTypes.Describe(CelTypes.Of(value))}, not true or false");

    private static object? Call(string function, object?[] values)
    {
        var types = Array.ConvertAll(values, CelTypes.Of);
        return Array.Find(CelFunctions.Of(function), form => form.Takes(types)) is { } found
            ? found.Run(new(values))
            : new CelFault($"'{function.TrimStart('.')}' does not take {string.Join(" and ", types.Select(CelTypes.Describe))}");
    }

    private object? Comprehend(CelComprehension node)
    {
        var target = Evaluate(node.Target);
        if (target is CelFault)
            return target;
        return Elements(node, target) is { } elements ? CelMacros.Run(node, elements, Each)
            : new CelFault($"only lists and maps are gone through; this is {CelTypes.Describe(CelTypes.Of(target))}");
    }

    /// <summary>At the first element that the condition is false for, with its variables, which have their values meanwhile.</summary>
    public void AtFirstFalse(CelComprehension node, Action<IReadOnlyList<(string Name, object? Value)>> then)
    {
        foreach (var element in Elements(node, Evaluate(node.Target)) ?? [])
        {
            var before = variables.Count;
            if (Each(node, element, node.Step) is not false)
                continue;
            Declare(node, element);
            then([.. variables.Skip(before)]);
            variables.RemoveRange(before, variables.Count - before);
            return;
        }
    }

    /// <summary>Null: neither a list nor a map.</summary>
    private static List<(object? First, object? Second)>? Elements(CelComprehension node, object? target) => target switch
    {
        IReadOnlyList<object?> list => [.. list.Select((item, index) => node.Variables.Count == 1 ? (item, item) : ((long)index, item))],
        IReadOnlyDictionary<object, object?> map => [.. map.Select(pair => (pair.Key, pair.Value))],
        _ => null,
    };

    private object? Each(CelComprehension node, (object? First, object? Second) element, CelNode step)
    {
        Declare(node, element);
        var value = Evaluate(step);
        variables.RemoveRange(variables.Count - node.Variables.Count, node.Variables.Count);
        return value;
    }

    private void Declare(CelComprehension node, (object? First, object? Second) element)
    {
        variables.Add((node.Variables[0], element.First));
        if (node.Variables.Count == 2)
            variables.Add((node.Variables[1], element.Second));
    }
}
