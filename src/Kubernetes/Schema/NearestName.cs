namespace Kontrakt.Kubernetes.Schema;

/// <summary>What somebody may have intended by a name that is not known.</summary>
public static class NearestName
{
    /// <summary>The name at the smallest edit distance, if that is at most a third of its length.</summary>
    /// <param name="most">The largest distance, where a third is too much.</param>
    public static string? Of(string name, IEnumerable<string> known, int most = int.MaxValue)
    {
        var best = known
            .Select(candidate => (candidate, distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.candidate is { } nearest && best.distance <= Math.Min(most, Math.Max(1, Math.Max(name.Length, nearest.Length) / 3)) ? nearest : null;
    }

    // Levenshtein with neighbouring swaps: typing errors are often those.
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= other.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = one[i - 1] == other[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        return rows[one.Length, other.Length];
    }
}
