using Kontrakt.Clusters;
using Kontrakt.Clusters.Embedded;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;
using Kontrakt.Manifests;

namespace Kontrakt.Runs.Applying;

/// <summary>Says that the server does not have a kind, and what somebody may have intended by it.</summary>
internal static class KindSuggestions
{
    public static async Task<Diagnostic> UnknownAsync(ClusterClient client, Manifest manifest, CancellationToken cancellationToken) =>
        Unknown(manifest, await ServerKinds.ListAsync(client, cancellationToken), client.Connection.Name == EngineHandshake.Context);

    internal static Diagnostic Unknown(Manifest manifest, IReadOnlyList<ApiResource> resources, bool engine)
    {
        var wanted = manifest.Object.GroupVersionKind;
        // What nobody can read has no objects: a review, or one of those that the engine has only in order to say that it does not have them.
        var kinds = resources.Where(resource => resource.Verbs.Count == 0 || resource.Verbs.Contains("get")).Select(resource => resource.Kind).Distinct().ToList();
        var near = string.Join(" or ", Near(kinds, wanted).Select(kind => $"'{kind.Kind}' in apiVersion '{kind.ApiVersion}'"));
        return Ktr.UnknownKind.At(manifest.Locate("kind"), $"'{wanted.Kind}' in apiVersion '{wanted.ApiVersion}'", near.Length == 0 ? "" : $" (did you mean {near}?)", engine
            ? $"set KontraktKubeContext to a cluster that has it. The embedded engine has {string.Join(", ", kinds.Select(kind => kind.Kind).Order(StringComparer.Ordinal))}"
            : "install what defines it");
    }

    /// <summary>The same kind in other groups or versions; else the kinds whose names differ least, by at most a third of their letters.</summary>
    internal static IEnumerable<GroupVersionKind> Near(IReadOnlyList<GroupVersionKind> kinds, GroupVersionKind wanted)
    {
        var same = kinds.Where(kind => string.Equals(kind.Kind, wanted.Kind, StringComparison.OrdinalIgnoreCase)).ToList();
        if (same.Count > 0)
            return same.Take(3);
        return kinds.Select(kind => (Kind: kind, Distance: Distance(kind.Kind.ToUpperInvariant(), wanted.Kind.ToUpperInvariant())))
            .Where(each => each.Distance <= Math.Max(1, wanted.Kind.Length / 3))
            .OrderBy(each => each.Distance).ThenBy(each => each.Kind.Group != wanted.Group).ThenBy(each => each.Kind.Kind, StringComparer.Ordinal)
            .Take(2).Select(each => each.Kind);
    }

    /// <summary>Levenshtein's distance, a row at a time.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
