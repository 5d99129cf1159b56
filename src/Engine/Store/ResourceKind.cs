using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Store;

/// <summary>A kind by its names in the API, with what the store has to know about it. It is one kind in all versions.</summary>
public sealed record ResourceKind(GroupVersionKind GroupVersionKind, string Plural)
{
    public ResourceKind(string group, string kind, string plural) : this(new(group, "v1", kind), plural)
    {
    }

    public bool Namespaced { get; init; } = true;
    public IReadOnlyList<string> ShortNames { get; init; } = [];
    /// <summary>"all", for kinds that kubectl get all lists.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];
    public IReadOnlyList<string> Subresources { get; init; } = [];
    /// <summary>A controller says how far it has come, and so needs a number for what is asked of it.</summary>
    public bool HasGeneration { get; init; }

    public string Kind => GroupVersionKind.Kind;
    public string Group => GroupVersionKind.Group;
    public string Singular { get => field ?? Kind.ToLowerInvariant(); init; }
    public bool HasStatus => Subresources.Contains("status");
    /// <summary>"deployments.apps", as error messages and RBAC have it.</summary>
    public string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The beginning of an object.</summary>
    public JsonObject New(string name) => new() { ["apiVersion"] = GroupVersionKind.ApiVersion, ["kind"] = Kind, ["metadata"] = new JsonObject { ["name"] = name } };

    public bool Equals(ResourceKind? other) => other is not null && Group == other.Group && Plural == other.Plural;
    public override int GetHashCode() => HashCode.Combine(Group, Plural);
    public override string ToString() => QualifiedPlural;
}
