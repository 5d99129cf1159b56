namespace Kontrakt.Engine.Api.Schema;

/// <summary>The fields of one type of object.</summary>
internal sealed class ObjectType(string package, string name, bool atomic, string? apiVersion)
{
    private readonly Dictionary<string, SchemaField> fields = new(StringComparer.Ordinal);

    /// <summary>io.k8s.api.core.v1</summary>
    public string Package { get; } = package;
    public string Name { get; } = name;
    public bool Atomic { get; } = atomic;
    /// <summary>Of a kind; null for what is only a part of kinds.</summary>
    public string? ApiVersion { get; } = apiVersion;
    public IReadOnlyDictionary<string, SchemaField> Fields => fields;

    public SchemaField? Find(string field) => fields.GetValueOrDefault(field);

    internal void Add(SchemaField field) => fields.Add(field.Name, field);

    public override string ToString() => $"{Package}.{Name}";
}
