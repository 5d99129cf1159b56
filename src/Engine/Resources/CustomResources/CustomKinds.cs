using System.Runtime.CompilerServices;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// The kinds that the definitions in a store add. Nothing is registered: what is asked for is looked up among the definitions as they are at that
/// moment. What one says is read once for each version of it, and forgotten with that version.
/// </summary>
internal static class CustomKinds
{
    private static readonly ConditionalWeakTable<StoredObject, IReadOnlyList<CustomKind>> Read = [];

    /// <summary>Every version that is served of every kind.</summary>
    public static IEnumerable<ServedKind> Served(IEnumerable<StoredObject> definitions) => definitions.SelectMany(Of).Where(version => version.IsServed).Select(version => version.Kind);

    /// <summary>Every kind that there may be objects of, also where no version of it is served.</summary>
    public static IEnumerable<ResourceKind> Resources(ObjectStore store) => Definitions(store).SelectMany(Of).Where(version => version.IsStored).Select(version => version.Kind.Resource);

    /// <summary>null for none.</summary>
    public static ServedKind? Find(ObjectStore store, string group, string version, string plural) =>
        Versions(store, group, plural).FirstOrDefault(each => each.IsServed && each.Version == version)?.Kind;

    /// <summary>null for none.</summary>
    public static ResourceKind? Find(ObjectStore store, GroupVersionKind kind) => Definitions(store).Where(definition => definition.View.Text("spec", "group") == kind.Group)
        .SelectMany(Of).FirstOrDefault(each => each.IsServed && each.Kind.Resource.GroupVersionKind == kind)?.Kind.Resource;

    /// <summary>Of an object, in the version that its key names, or else that in which it is stored.</summary>
    /// <exception cref="StatusException">404: its definition is gone.</exception>
    public static ServedKind Of(ObjectStore store, ResourceKind resource)
    {
        var versions = Versions(store, resource.Group, resource.Plural);
        var found = versions.FirstOrDefault(each => each.Version == resource.GroupVersionKind.Version) ?? versions.FirstOrDefault(each => each.IsStored);
        return found?.Kind ?? throw new StatusException(404, "NotFound", "the server could not find the requested resource", []);
    }

    /// <summary>The definitions of kinds that exist, in the order of their names.</summary>
    public static IReadOnlyList<StoredObject> Definitions(ObjectStore store) => [.. store.List(Kinds.CustomResourceDefinition).Items.Where(DefinitionStatus.IsEstablished)];

    private static IReadOnlyList<CustomKind> Versions(ObjectStore store, string group, string plural) =>
        group.Length > 0 && store.Find(new(Kinds.CustomResourceDefinition, "", $"{plural}.{group}")) is { } definition && DefinitionStatus.IsEstablished(definition) ? Of(definition) : [];

    private static IReadOnlyList<CustomKind> Of(StoredObject definition) => Read.GetValue(definition, static stored => [.. stored.View.Items("spec", "versions").Select(version => new CustomKind(stored, version))]);
}
