using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>
/// Equality and order. Values whose types can never be equal are a fault, as the API server's type check has it: CEL without types says "not equal",
/// so that <c>self == "3"</c> would never match a number and never say why.
/// </summary>
internal static class CelEquality
{
    /// <returns>A bool, or a <see cref="CelFault"/>.</returns>
    public static object Same(object? one, object? other)
    {
        var (first, second) = (CelTypes.Of(one), CelTypes.Of(other));
        if (!CelTypes.Comparable(first, second))
            return new CelFault($"it compares {CelTypes.Describe(first)} with {CelTypes.Describe(second)}, which are never equal");
        return (one, other) switch
        {
            (null, _) or (_, null) => one == other,
            (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.Count != b.Count ? false : All(a.Zip(b, Same)),
            (IReadOnlyDictionary<object, object?> a, IReadOnlyDictionary<object, object?> b) => a.Count != b.Count || !a.Keys.All(b.ContainsKey)
                ? false : All(a.Select(pair => Same(pair.Value, b[pair.Key]))),
            (Quantity or CelTypeName, _) => one.Equals(other),
            _ => Order(one, other) == 0,
        };
    }

    /// <summary>Whether a list holds a value. Elements of other types are ignored, unless there are only such.</summary>
    public static object Among(object? value, IReadOnlyList<object?> list)
    {
        var results = list.Select(item => Same(value, item)).ToList();
        return results.Contains(true) ? true : results.OfType<CelFault>().Count() == results.Count && results.Count > 0 ? results[0] : false;
    }

    /// <summary>Null when there is no order: one is NaN.</summary>
    public static int? Order(object? one, object? other) => (one, other) switch
    {
        (long a, long b) => a.CompareTo(b),
        (ulong a, ulong b) => a.CompareTo(b),
        (double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? null : a.CompareTo(b),
        (double a, _) => Whole(a, Decimal(other)),
        (_, double b) => -Whole(b, Decimal(one)),
        (long or ulong, long or ulong) => Decimal(one).CompareTo(Decimal(other)),
        (string a, string b) => Codes(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (TimeSpan a, TimeSpan b) => a.CompareTo(b),
        _ => throw new ArgumentException($"no order of {one?.GetType()} and {other?.GetType()}"),
    };

    /// <summary>By code points, as Go's strings are; UTF-16 has those beyond U+FFFF before U+E000.</summary>
    private static int Codes(string a, string b)
    {
        using var others = b.EnumerateRunes().GetEnumerator();
        foreach (var rune in a.EnumerateRunes())
        {
            if (!others.MoveNext())
                return 1;
            if (rune != others.Current)
                return rune.CompareTo(others.Current);
        }
        return others.MoveNext() ? -1 : 0;
    }

    private static decimal Decimal(object? number) => number switch { long value => value, ulong value => value, _ => throw new ArgumentException("no whole number", nameof(number)) };

    /// <summary>A double against a whole number of 64 bits, without rounding either.</summary>
    private static int? Whole(double number, decimal whole)
    {
        if (double.IsNaN(number))
            return null;
        if (Math.Abs(number) >= 1e20)
            return Math.Sign(number);
        var floor = ((decimal)(Int128)Math.Floor(number)).CompareTo(whole);
        return floor != 0 ? floor : number > Math.Floor(number) ? 1 : 0;
    }

    private static object All(IEnumerable<object> results)
    {
        var all = results.ToList();
        return all.Contains(false) ? false : all.OfType<CelFault>().FirstOrDefault() ?? (object)true;
    }
}
