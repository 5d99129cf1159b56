using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>What is left in a namespace that is being deleted, as its conditions tell it.</summary>
internal sealed record NamespaceRemains(IReadOnlyList<string> Resources, IReadOnlyList<string> Finalizers)
{
    public bool IsNothing => Resources.Count == 0;

    public static NamespaceRemains Of(IEnumerable<StoredObject> content)
    {
        var items = content.ToList();
        return new(
            Count(items.Select(item => $"{item.Key.Kind.Plural}.{item.Key.Kind.Group}"), "{0} has {1} resource instances"),
            Count(items.SelectMany(item => (item.View.At("metadata", "finalizers") as JsonArray ?? []).Select(each => each?.ToString() ?? "")), "{0} in {1} resource instances"));
    }

    /// <summary>A first pass that leaves nothing says nothing: the namespace is gone in the same moment.</summary>
    public void Describe(JsonObject status, string now)
    {
        if (IsNothing && status["conditions"] is null)
            return;
        StatusCondition[] conditions =
        [
            new("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"),
            new("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            new("NamespaceDeletionContentFailure", "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            IsNothing
                ? new("NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed")
                : new("NamespaceContentRemaining", "True", "SomeResourcesRemain", $"Some resources are remaining: {string.Join(", ", Resources)}"),
            Finalizers.Count == 0
                ? new("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished")
                : new("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {string.Join(", ", Finalizers)}"),
        ];
        foreach (var condition in conditions)
            Conditions.Set(status, condition, now);
    }

    private static List<string> Count(IEnumerable<string> names, string format) =>
    [
        .. names.CountBy(name => name, StringComparer.Ordinal).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => string.Format(CultureInfo.InvariantCulture, format, pair.Key, pair.Value)),
    ];
}
