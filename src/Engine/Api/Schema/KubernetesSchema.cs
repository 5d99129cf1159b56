using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Schema;

/// <summary>The schema of every kind, read at first use.</summary>
internal static class KubernetesSchema
{
    private static readonly Lazy<IReadOnlyDictionary<string, ObjectType>> Read = new(Load);
    private static readonly Lazy<Dictionary<ResourceKind, Shape>> Kinds = new(() =>
        Store.Kinds.All.ToDictionary(kind => kind, kind => new Shape(ShapeKind.Object) { Type = Read.Value[kind.Kind] }));

    public static IReadOnlyDictionary<string, ObjectType> Types => Read.Value;

    public static Shape Of(ResourceKind kind) => Kinds.Value[kind];

    private static IReadOnlyDictionary<string, ObjectType> Load()
    {
        using var stream = typeof(KubernetesSchema).Assembly.GetManifestResourceStream("kinds.schema")
            ?? throw new InvalidOperationException("this assembly was built without kinds.schema");
        using var text = new StreamReader(stream);
        return SchemaReader.Read(text);
    }
}
