using System.Globalization;

namespace Kontrakt.Engine.Resources;

/// <summary>The completed indexes of a job, as its status writes them: "0-2,5".</summary>
internal sealed class IndexSet
{
    private readonly SortedSet<long> indexes = [];

    /// <summary>Those of a status; beyond <paramref name="limit"/> none is read.</summary>
    public static IndexSet Parse(string text, long limit)
    {
        var set = new IndexSet();
        foreach (var range in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = range.Split('-');
            if (!long.TryParse(ends[0], CultureInfo.InvariantCulture, out var first) || !long.TryParse(ends[^1], CultureInfo.InvariantCulture, out var last))
                continue;
            for (var index = Math.Max(0, first); index <= last && index < limit; index++)
                set.Add(index);
        }
        return set;
    }

    public int Count => indexes.Count;

    public bool Add(long index) => indexes.Add(index);

    public bool Contains(long index) => indexes.Contains(index);

    public override string ToString()
    {
        var ranges = new List<string>();
        foreach (var index in indexes.Where(index => !indexes.Contains(index - 1)))
        {
            var last = index;
            while (indexes.Contains(last + 1))
                last++;
            // Kubernetes writes two neighbours apart.
            ranges.Add(last == index ? Text(index) : $"{Text(index)}{(last == index + 1 ? "," : "-")}{Text(last)}");
        }
        return string.Join(',', ranges);
    }

    private static string Text(long index) => index.ToString(CultureInfo.InvariantCulture);
}
