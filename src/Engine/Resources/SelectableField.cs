using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>A field that objects of a kind can be selected by; which ones is fixed, as in Kubernetes.</summary>
internal sealed record SelectableField(string Name, Func<KubernetesObject, string> Read)
{
    /// <summary>Those of every kind.</summary>
    public static IReadOnlyList<SelectableField> Common { get; } = Of("metadata.name", "metadata.namespace");

    /// <summary>Fields that are read as they are; where one is missing, as "".</summary>
    public static IReadOnlyList<SelectableField> Of(params ReadOnlySpan<string> names) => [.. names.ToArray().Select(name => At(name))];

    /// <param name="otherwise">Where the field is missing.</param>
    public static SelectableField At(string name, string otherwise = "")
    {
        object[] path = [.. name.Split('.')];
        return new(name, item => item.Text(path) is { Length: > 0 } text ? text : otherwise);
    }
}
