namespace Kontrakt.Kubernetes.Cel;

/// <summary>Lists, maps and the library sets.</summary>
internal static class CelLists
{
    public static IEnumerable<CelFunction> All =>
    [
        .. CelTexts.Both("size", CelType.List, values => (long)values.Get<IReadOnlyList<object?>>(0).Count),
        .. CelTexts.Both("size", CelType.Map, values => (long)values.Get<IReadOnlyDictionary<object, object?>>(0).Count),
        new(".min", [CelType.List], CelType.Any, values => Extreme(values.Get<IReadOnlyList<object?>>(0), -1)),
        new(".max", [CelType.List], CelType.Any, values => Extreme(values.Get<IReadOnlyList<object?>>(0), 1)),
        new(".sum", [CelType.List], CelType.Any, values => Sum(values.Get<IReadOnlyList<object?>>(0))),
        new(".isSorted", [CelType.List], CelType.Bool, values => IsSorted(values.Get<IReadOnlyList<object?>>(0))),
        new(".indexOf", [CelType.List, CelType.Any], CelType.Int, values => Position(values, (list, value) => list.FindIndex(item => Equals(true, CelEquality.Same(item, value))))),
        new(".lastIndexOf", [CelType.List, CelType.Any], CelType.Int, values => Position(values, (list, value) => list.FindLastIndex(item => Equals(true, CelEquality.Same(item, value))))),
        Set("sets.contains", Covers),
        Set("sets.equivalent", (one, other) => Covers(one, other) is true ? Covers(other, one) : Covers(one, other)),
        Set("sets.intersects", (one, other) => Every(other.Select(item => Not(CelEquality.Among(item, one)))) is bool none ? !none : new CelFault("the two lists hold values of different types")),
    ];

    private static CelFunction Set(string name, Func<IReadOnlyList<object?>, IReadOnlyList<object?>, object> run) =>
        new(name, [CelType.List, CelType.List], CelType.Bool, values => run(values.Get<IReadOnlyList<object?>>(0), values.Get<IReadOnlyList<object?>>(1)));

    /// <summary>Whether every element of the second list is in the first.</summary>
    private static object Covers(IReadOnlyList<object?> one, IReadOnlyList<object?> other) => Every(other.Select(item => CelEquality.Among(item, one)));

    private static object Every(IEnumerable<object> results)
    {
        var all = results.ToList();
        return all.Contains(false) ? false : all.OfType<CelFault>().FirstOrDefault() ?? (object)true;
    }

    private static object Not(object result) => result is bool value ? !value : result;

    private static long Position(CelArguments values, Func<List<object?>, object?, int> find) => find([.. values.Get<IReadOnlyList<object?>>(0)], values[1]);

    private static object? Extreme(IReadOnlyList<object?> list, int sign)
    {
        if (list.Count == 0)
            return new CelFault("an empty list has neither smallest nor largest");
        return Ordered(list) ? list.Aggregate((best, item) => CelEquality.Order(item, best) * sign > 0 ? item : best) : new CelFault("the list holds values that have no order");
    }

    private static object IsSorted(IReadOnlyList<object?> list) => !Ordered(list) ? new CelFault("the list holds values that have no order")
        : list.Zip(list.Skip(1)).All(pair => CelEquality.Order(pair.First, pair.Second) <= 0);

    private static bool Ordered(IReadOnlyList<object?> list) => list.Count == 0
        || (CelTypes.Of(list[0]) & (CelType.Number | CelType.String | CelType.Bool | CelType.Timestamp | CelType.Duration)) != 0
            && list.All(item => item is not null && CelTypes.Comparable(CelTypes.Of(item), CelTypes.Of(list[0])));

    private static object? Sum(IReadOnlyList<object?> list)
    {
        object? sum = list.Count == 0 ? 0L : list[0];
        foreach (var item in list.Skip(1))
        {
            var types = new[] { sum, item }.Select(value => value is CelFault ? CelType.None : CelTypes.Of(value)).ToList();
            if (CelFunctions.Of("+").FirstOrDefault(function => function.Result != CelType.List && function.Takes(types)) is not { } plus)
                return sum is CelFault ? sum : new CelFault("the list holds values that cannot be added");
            sum = plus.Run(new([sum, item]));
        }
        return sum;
    }
}
