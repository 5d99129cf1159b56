using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

/// <summary>The schema of every kind, read at first use.</summary>
internal static class KubernetesSchema
{
    private static readonly Lazy<IReadOnlyDictionary<string, ObjectType>> Read = new(Load);

    public static IReadOnlyDictionary<string, ObjectType> Types => Read.Value;

    public static ObjectType TypeOf(ResourceKind kind) => Types[kind.Kind];

    public static KindSchema Of(ResourceKind kind) => new TypedSchema(TypeOf(kind));

    private static IReadOnlyDictionary<string, ObjectType> Load()
    {
        var assembly = typeof(KubernetesSchema).Assembly;
        return SchemaReader.Read(assembly.GetManifestResourceNames().Where(name => name.EndsWith(".schema", StringComparison.Ordinal))
            .Select(name => assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"this assembly was built without {name}")));
    }
}
