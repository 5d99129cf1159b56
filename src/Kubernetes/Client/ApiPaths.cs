using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Client;

/// <summary>Where the API keeps things.</summary>
internal static class ApiPaths
{
    /// <summary>/api/v1 or /apis/group/version.</summary>
    public static string Version(string group, string version) =>
        group.Length == 0 ? $"/api/{Uri.EscapeDataString(version)}" : $"/apis/{Uri.EscapeDataString(group)}/{Uri.EscapeDataString(version)}";

    /// <summary>All objects of a resource; of all namespaces for a null <paramref name="ns"/>.</summary>
    public static string Collection(ApiResource resource, string? ns) =>
        Version(resource.Kind.Group, resource.Kind.Version)
        + (resource.Namespaced && !string.IsNullOrEmpty(ns) ? $"/namespaces/{Uri.EscapeDataString(ns)}" : "")
        + "/" + Uri.EscapeDataString(resource.Plural);

    public static string Item(ResourceName name)
    {
        // Without these, a missing name would address the whole collection: a delete must never become that.
        if (string.IsNullOrEmpty(name.Name))
            throw new ArgumentException($"a {name.Resource.Kind.Kind} has no name", nameof(name));
        if (name.Resource.Namespaced && string.IsNullOrEmpty(name.Namespace))
            throw new ArgumentException($"{name.Resource.Kind.Kind} {name.Name} has no namespace", nameof(name));
        if (name.Name is "." or ".." || name.Namespace is "." or "..")
            throw new ArgumentException($"'{name.Namespace}/{name.Name}' is not a name", nameof(name));
        return Collection(name.Resource, name.Namespace) + "/" + Uri.EscapeDataString(name.Name);
    }
}
