using Kontrakt.Clusters;
using Kontrakt.Kubernetes.Client;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Runs.Applying;

/// <summary>What somebody may have intended by a kind that the server does not have.</summary>
internal static class KindSuggestions
{
    /// <summary>" (did you mean …?)", or "" when nothing is near.</summary>
    public static async Task<string> ForAsync(ClusterClient client, GroupVersionKind wanted, CancellationToken cancellationToken)
    {
        var kinds = (await ServerKinds.ListAsync(client, cancellationToken)).Select(resource => resource.Kind).Distinct().ToList();
        var near = Near(kinds, wanted).Select(kind => $"'{kind.Kind}' in apiVersion '{kind.ApiVersion}'").ToList();
        return near.Count == 0 ? "" : $" (did you mean {string.Join(" or ", near)}?)";
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
