
namespace Kontrakt.Engine.Schema;

/// <summary>The fields of one type of object.</summary>
internal sealed class ObjectType(string package, string name, bool atomic, string? apiVersion, bool isJsonOnly = false)
{
    private readonly Dictionary<string, SchemaField> fields = new(StringComparer.Ordinal);
    private Shape? shape;

    /// <summary>io.k8s.api.core.v1</summary>
    public string Package { get; } = package;
    public string Name { get; } = name;
    public bool Atomic { get; } = atomic;
    /// <summary>Of a kind; null for what is only a part of kinds.</summary>
    public string? ApiVersion { get; } = apiVersion;
    /// <summary>There are no protobuf messages of it.</summary>
    public bool IsJsonOnly { get; } = isJsonOnly;
    /// <summary>It has any other field, too, of whatever sort.</summary>
    public bool IsOpen { get; init; }
    public IReadOnlyDictionary<string, SchemaField> Fields => fields;

    public Shape Shape => shape ??= new(ShapeKind.Object) { Type = this };

    public SchemaField? Find(string field) => fields.GetValueOrDefault(field);

    internal void Add(SchemaField field) => fields.Add(field.Name, field);

    public override string ToString() => $"{Package}.{Name}";
}

/// <param name="Required">Left out, it still exists, as its type's zero value.</param>
/// <param name="Optional">Left out and zero are different things. Of other fields a zero value is as good as none, and is dropped.</param>
/// <param name="Default">Of a key of a list, where it is left out.</param>
internal sealed record SchemaField(string Name, Shape Shape, bool Required, bool Optional, string? Default);
