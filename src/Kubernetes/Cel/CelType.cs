using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Cel;

/// <summary>The types that a value can have. Of a part whose value is not known yet: all that are possible.</summary>
[Flags]
internal enum CelType
{
    None = 0,
    Null = 1,
    Bool = 1 << 1,
    Int = 1 << 2,
    Uint = 1 << 3,
    Double = 1 << 4,
    String = 1 << 5,
    Bytes = 1 << 6,
    List = 1 << 7,
    Map = 1 << 8,
    Timestamp = 1 << 9,
    Duration = 1 << 10,
    Quantity = 1 << 11,
    Type = 1 << 12,
    Number = Int | Uint | Double,
    Any = (1 << 13) - 1,
}

/// <summary>A type as a value: what type(x) gives and the names int, string and so on mean.</summary>
internal sealed record CelTypeName(CelType Type);

internal static class CelTypes
{
    /// <summary>The names of types in the language. null_type is its word.</summary>
    public static readonly IReadOnlyDictionary<string, CelType> Names = new Dictionary<string, CelType>(StringComparer.Ordinal)
    {
        ["null_type"] = CelType.Null,
        ["bool"] = CelType.Bool,
        ["int"] = CelType.Int,
        ["uint"] = CelType.Uint,
        ["double"] = CelType.Double,
        ["string"] = CelType.String,
        ["bytes"] = CelType.Bytes,
        ["list"] = CelType.List,
        ["map"] = CelType.Map,
        ["timestamp"] = CelType.Timestamp,
        ["duration"] = CelType.Duration,
        ["quantity"] = CelType.Quantity,
        ["type"] = CelType.Type,
    };

    public static CelType Of(object? value) => value switch
    {
        null => CelType.Null,
        bool => CelType.Bool,
        long => CelType.Int,
        ulong => CelType.Uint,
        double => CelType.Double,
        string => CelType.String,
        byte[] => CelType.Bytes,
        IReadOnlyList<object?> => CelType.List,
        IReadOnlyDictionary<object, object?> => CelType.Map,
        DateTimeOffset => CelType.Timestamp,
        TimeSpan => CelType.Duration,
        Quantity => CelType.Quantity,
        CelTypeName => CelType.Type,
        _ => throw new ArgumentException($"no value of CEL: {value.GetType()}", nameof(value)),
    };

    /// <summary>"int", "int or string", "any value".</summary>
    public static string Describe(CelType types) => types == CelType.Any
        ? "any value"
        : string.Join(" or ", Names.Where(name => (types & name.Value) != 0).Select(name => name.Value == CelType.Null ? "null" : name.Key));

    /// <summary>Whether values of the two can be equal: numbers of all types are compared with each other, and anything with null.</summary>
    public static bool Comparable(CelType one, CelType other) => ((one | other) & CelType.Null) != 0 || (Widen(one) & Widen(other)) != 0;

    private static CelType Widen(CelType types) => (types & CelType.Number) != 0 ? types | CelType.Number : types;
}
