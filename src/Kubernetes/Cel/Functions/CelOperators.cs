namespace Kontrakt.Kubernetes.Cel;

/// <summary>Operators. Arithmetic takes two numbers of one type; order and equality take any two numbers.</summary>
internal static class CelOperators
{
    public static IEnumerable<CelFunction> All =>
    [
        new("==", [CelType.Any, CelType.Any], CelType.Bool, values => CelEquality.Same(values[0], values[1])),
        new("!=", [CelType.Any, CelType.Any], CelType.Bool, values => CelEquality.Same(values[0], values[1]) is bool same ? !same : CelEquality.Same(values[0], values[1])),
        new("in", [CelType.Any, CelType.List], CelType.Bool, values => CelEquality.Among(values[0], values.Get<IReadOnlyList<object?>>(1))),
        new("in", [CelType.String | CelType.Number | CelType.Bool, CelType.Map], CelType.Bool, values => values.Get<IReadOnlyDictionary<object, object?>>(1).ContainsKey(CelValues.Key(values.Get<object>(0)))),
        new("!", [CelType.Bool], CelType.Bool, values => !values.Get<bool>(0)),
        new("[]", [CelType.List, CelType.Number], CelType.Any, values => At(values.Get<IReadOnlyList<object?>>(0), CelValues.Key(values.Get<object>(1)))),
        new("[]", [CelType.Map, CelType.String | CelType.Number | CelType.Bool], CelType.Any, values => CelValues.Field(values[0], CelValues.Key(values.Get<object>(1)))),
        .. Order("<", order => order < 0), .. Order("<=", order => order <= 0), .. Order(">", order => order > 0), .. Order(">=", order => order >= 0),
        .. Sums(),
        .. Numbers("*", (a, b) => checked(a * b), (a, b) => checked(a * b), (a, b) => a * b),
        .. Numbers("/", (a, b) => a / b, (a, b) => a / b, (a, b) => a / b),
        Number<long>("%", CelType.Int, (a, b) => b == -1 ? 0 : a % b), Number<ulong>("%", CelType.Uint, (a, b) => a % b),
        new("-x", [CelType.Int], CelType.Int, values => Guard(() => checked(-values.Get<long>(0)))),
        new("-x", [CelType.Double], CelType.Double, values => -values.Get<double>(0)),
    ];

    private static IEnumerable<CelFunction> Sums() =>
    [
        .. Numbers("+", (a, b) => checked(a + b), (a, b) => checked(a + b), (a, b) => a + b),
        .. Numbers("-", (a, b) => checked(a - b), (a, b) => checked(a - b), (a, b) => a - b),
        new("+", [CelType.String, CelType.String], CelType.String, values => values.Get<string>(0) + values.Get<string>(1)),
        new("+", [CelType.Bytes, CelType.Bytes], CelType.Bytes, values => (byte[])[.. values.Get<byte[]>(0), .. values.Get<byte[]>(1)]),
        new("+", [CelType.List, CelType.List], CelType.List, values => (List<object?>)[.. values.Get<IReadOnlyList<object?>>(0), .. values.Get<IReadOnlyList<object?>>(1)]),
        new("+", [CelType.Timestamp, CelType.Duration], CelType.Timestamp, values => Guard(() => values.Get<DateTimeOffset>(0) + values.Get<TimeSpan>(1))),
        new("+", [CelType.Duration, CelType.Timestamp], CelType.Timestamp, values => Guard(() => values.Get<DateTimeOffset>(1) + values.Get<TimeSpan>(0))),
        new("+", [CelType.Duration, CelType.Duration], CelType.Duration, values => Guard(() => values.Get<TimeSpan>(0) + values.Get<TimeSpan>(1))),
        new("-", [CelType.Timestamp, CelType.Duration], CelType.Timestamp, values => Guard(() => values.Get<DateTimeOffset>(0) - values.Get<TimeSpan>(1))),
        new("-", [CelType.Timestamp, CelType.Timestamp], CelType.Duration, values => values.Get<DateTimeOffset>(0) - values.Get<DateTimeOffset>(1)),
        new("-", [CelType.Duration, CelType.Duration], CelType.Duration, values => Guard(() => values.Get<TimeSpan>(0) - values.Get<TimeSpan>(1))),
    ];

    private static CelFunction[] Order(string name, Func<int, bool> holds) =>
    [
        .. new[] { CelType.Number, CelType.String, CelType.Bool, CelType.Timestamp, CelType.Duration, CelType.Bytes }
            .Select(type => new CelFunction(name, [type, type], CelType.Bool, values => CelEquality.Order(values.Get<object>(0), values.Get<object>(1)) is { } order && holds(order))),
    ];

    private static CelFunction[] Numbers(string name, Func<long, long, long> ints, Func<ulong, ulong, ulong> uints, Func<double, double, double> doubles) =>
        [Number(name, CelType.Int, ints), Number(name, CelType.Uint, uints), Number(name, CelType.Double, doubles)];

    private static CelFunction Number<T>(string name, CelType type, Func<T, T, T> compute) where T : struct =>
        new(name, [type, type], type, values => Guard(() => compute(values.Get<T>(0), values.Get<T>(1))));

    private static object? At(IReadOnlyList<object?> list, object index) => index is long at && at >= 0 && at < list.Count ? list[(int)at]
        : new CelFault($"the list has {list.Count} elements; there is none at that index");

    private static object? Guard<T>(Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (Exception fault) when (fault is OverflowException or DivideByZeroException or ArgumentOutOfRangeException)
        {
            return new CelFault(fault is DivideByZeroException ? "it divides by zero" : "a result is too large for its type");
        }
    }
}
