using System.Globalization;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>Kubernetes' library of amounts: 500m, 1.5, 64Mi.</summary>
internal static class CelQuantities
{
    public static IEnumerable<CelFunction> All =>
    [
        // A number, too: a field of this type is written 1 as well as "1".
        new("quantity", [CelType.String | CelType.Number], CelType.Quantity, values => Read(values[0]) ?? (object)new CelFault("a value is not a quantity, such as 500m or 64Mi")),
        new("isQuantity", [CelType.String | CelType.Number], CelType.Bool, values => Read(values[0]) is not null),
        Of(".isLessThan", CelType.Bool, (one, other) => one < other),
        Of(".isGreaterThan", CelType.Bool, (one, other) => one > other),
        Of(".compareTo", CelType.Int, (one, other) => (long)one.CompareTo(other)),
        Of(".add", CelType.Quantity, (one, other) => one + other),
        Of(".sub", CelType.Quantity, (one, other) => one - other),
        new(".sign", [CelType.Quantity], CelType.Int, values => (long)values.Get<Quantity>(0).Sign),
    ];

    private static CelFunction Of(string name, CelType result, Func<Quantity, Quantity, object> run) =>
        new(name, [CelType.Quantity, CelType.Quantity], result, values => run(values.Get<Quantity>(0), values.Get<Quantity>(1)));

    private static Quantity? Read(object? value) =>
        Quantity.Read(value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture));
}
