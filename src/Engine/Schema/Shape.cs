namespace Kontrakt.Engine.Schema;

/// <summary>What a value must be, and how two of them are merged.</summary>
internal sealed record Shape(ShapeKind Kind)
{
    /// <summary>The values a text may have; null for any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Of an enumeration: its name.</summary>
    public string? Enumeration { get; init; }

    /// <summary>Of an object.</summary>
    public ObjectType? Type { get; init; }

    /// <summary>Of each element of a list or map.</summary>
    public Shape? Element { get; init; }

    /// <summary>One owner for all of it; lists are so unless they are sets or have keys.</summary>
    public bool Atomic { get; init; }

    /// <summary>The fields that tell the elements of a list apart; empty for a set, whose elements are their own keys.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>A strategic merge patch merges this list by <see cref="MergeKey"/>, or as a set where that is null; any other it replaces.</summary>
    public bool Merges { get; init; }

    public string? MergeKey { get; init; }

    /// <summary>An object, or true or false in its place.</summary>
    public bool OrBoolean { get; init; }

    /// <summary>A strategic merge patch may say $retainKeys here.</summary>
    public bool RetainsKeys { get; init; }

    public bool IsScalar => Kind is not (ShapeKind.Object or ShapeKind.List or ShapeKind.Map or ShapeKind.Any or ShapeKind.Deduced);

    public bool IsAtomicObject => Kind == ShapeKind.Object && (Atomic || Type is { Atomic: true });

    /// <summary>The type's name as Go, and so the API's errors, have it.</summary>
    public string GoType => Kind switch
    {
        ShapeKind.Object => $"v1.{Type?.Name}",
        ShapeKind.List => $"[]{Element?.GoType}",
        ShapeKind.Map => $"map[string]{Element?.GoType}",
        ShapeKind.Text => Enumeration is null ? "string" : $"v1.{Enumeration}",
        ShapeKind.Bytes => "[]uint8",
        ShapeKind.Boolean => "bool",
        ShapeKind.Int32 => "int32",
        ShapeKind.Int64 => "int64",
        ShapeKind.Quantity => "resource.Quantity",
        ShapeKind.IntOrString => "intstr.IntOrString",
        ShapeKind.Number => "float64",
        ShapeKind.Time => "v1.Time",
        ShapeKind.MicroTime => "v1.MicroTime",
        ShapeKind.Duration => "v1.Duration",
        _ => "interface {}",
    };
}

/// <summary>
/// The sorts of values that the API's JSON has. A Number may have a fraction. Custom kinds alone have Deduced: what its value is, a map whose values
/// are Deduced, or one whole.
/// </summary>
internal enum ShapeKind { Text, Bytes, Boolean, Int32, Int64, Quantity, IntOrString, Time, MicroTime, Duration, Any, Object, List, Map, Number, Deduced }
