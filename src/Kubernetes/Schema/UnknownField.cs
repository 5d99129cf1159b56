namespace Kontrakt.Kubernetes.Schema;

/// <summary>A field that the server's schema does not know.</summary>
/// <param name="Path">The steps to it from the object: property names (string) and list indexes (int), as <see cref="Yaml.YamlNode.At"/> takes them.</param>
/// <param name="Suggestion">The known field of the same object that is written most alike; null when none is.</param>
public sealed record UnknownField(IReadOnlyList<object> Path, string? Suggestion)
{
    public override string ToString() => FieldPath.Format(Path);
}
