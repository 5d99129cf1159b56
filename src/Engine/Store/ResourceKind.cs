using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Store;

/// <summary>A kind that the engine knows: its names in the API, its scope, and whether it has a status of its own.</summary>
public sealed record ResourceKind
{
    public required GroupVersionKind GroupVersionKind { get; init; }
    public required string Plural { get; init; }
    public required bool Namespaced { get; init; }
    public IReadOnlyList<string> ShortNames { get; init; } = [];
    /// <summary>"all", for kinds that kubectl get all lists.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];
    public IReadOnlyList<string> Subresources { get; init; } = [];

    public string Kind => GroupVersionKind.Kind;
    public string Group => GroupVersionKind.Group;
    public string Singular => Kind.ToLowerInvariant();
    public bool HasStatus => Subresources.Contains("status");
    /// <summary>"deployments.apps", as error messages and RBAC have it.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public bool Equals(ResourceKind? other) => other is not null && GroupVersionKind == other.GroupVersionKind;
    public override int GetHashCode() => GroupVersionKind.GetHashCode();
    public override string ToString() => QualifiedPlural;
}
