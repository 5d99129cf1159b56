namespace Kontrakt.Engine.Store;

/// <summary>One object's address. The namespace is "" for a kind that has none.</summary>
public sealed record ObjectKey(ResourceKind Kind, string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? $"{Kind}/{Name}" : $"{Kind}/{Namespace}/{Name}";
}
