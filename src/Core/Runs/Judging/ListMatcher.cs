using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Schema;

namespace Kontrakt.Runs;

/// <summary>Finds a partner for each expected element of a list, or says what comes nearest to one.</summary>
/// <param name="schema">Of an element.</param>
/// <param name="keys">The fields that tell the elements apart, by the schema.</param>
internal sealed class ListMatcher(JsonArray expected, JsonArray actual, ValueSchema? schema, IReadOnlyList<string> keys, MatchScope scope)
{
    /// <summary>How many elements without partner are explained: looking for the nearest takes time, and nobody reads more.</summary>
    private const int MostExplained = 10;

    private readonly ElementIndex _index = new(actual, schema, scope.InDoubt);
    private readonly Dictionary<(int, int), bool> _fits = [];
    private MatchPath? _path;
    private readonly int[] _partners = [.. Enumerable.Repeat(-1, expected.Count)];
    private readonly int[] _owners = [.. Enumerable.Repeat(-1, actual.Count)];

    /// <param name="found">Takes every difference; null: the first one ends it.</param>
    public bool Match(MatchPath? path, List<Mismatch>? found)
    {
        _path = path;
        if (found is null && expected.Count > actual.Count)
            return false;
        var alone = new List<int>();
        for (var i = 0; i < expected.Count; i++)
        {
            if (Pair(i))
                continue;
            if (found is null)
                return false;
            alone.Add(i);
        }
        if (alone.Count == 0)
            return true;
        if (found is null)
            return false;
        var nearest = new NearestElement(actual, [.. Enumerable.Range(0, actual.Count).Where(j => _owners[j] < 0)], schema, keys, scope);
        foreach (var (count, i) in alone.Index())
            nearest.Explain(expected[i], new(path, i), search: count < MostExplained, found);
        return false;
    }

    /// <summary>Makes the pairing larger by one: a free partner, or one whose own has another (augmenting paths, breadth first).</summary>
    private bool Pair(int start)
    {
        var reached = new Dictionary<int, int>();
        var open = new Queue<int>([start]);
        while (open.TryDequeue(out var i))
        {
            foreach (var j in _index.Candidates(i, expected[i]).Where(j => !reached.ContainsKey(j) && Fits(i, j)))
            {
                reached[j] = i;
                if (_owners[j] < 0)
                {
                    Take(start, j, reached);
                    return true;
                }
                open.Enqueue(_owners[j]);
            }
        }
        return false;
    }

    /// <summary>Along the way back to the beginning, each takes what the next one leaves.</summary>
    private void Take(int start, int j, Dictionary<int, int> reached)
    {
        while (true)
        {
            var i = reached[j];
            var before = _partners[i];
            (_partners[i], _owners[j]) = (j, i);
            if (i == start)
                return;
            j = before;
        }
    }

    private bool Fits(int i, int j)
    {
        if (!_fits.TryGetValue((i, j), out var fits))
            _fits[(i, j)] = fits = ObjectMatcher.Compare(expected[i], actual[j], schema, scope, new(_path, i), null);
        return fits;
    }
}
