using System.Diagnostics.CodeAnalysis;

namespace Kontrakt.Diagnostics;

/// <summary>
/// Which kontrakts are meant, as dotnet test has its filters: conditions such as Name=orders, tier=smoke or Name~ord, joined by &amp; and |, with
/// parentheses; != and !~ for the contrary; \ before a character that is meant itself; case does not count. A text alone is Name~text. Whatever is not
/// Name (or FullyQualifiedName, which is the same) is a label of a test pod.
/// </summary>
public sealed class KontraktFilter
{
    private readonly FilterTerm _term;

    private KontraktFilter(string text, FilterTerm term) => (Text, _term) = (text, term);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <param name="problem">What is wrong, as the end of a sentence about the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out KontraktFilter? filter, [NotNullWhen(false)] out string? problem)
    {
        filter = FilterParser.Parse(text, out problem) is { } term ? new(text, term) : null;
        return filter is not null;
    }

    /// <summary>Whether a kontrakt is meant; null where that depends on its labels, which are not known (null).</summary>
    /// <param name="labels">Label and value of each of its test pods; one label may come with several values.</param>
    public bool? Matches(string name, ILookup<string, string>? labels) => _term.Matches(name, labels);

    public override string ToString() => Text;
}

/// <summary>A part of a filter. Three-valued: null is "not known yet".</summary>
internal abstract record FilterTerm
{
    public abstract bool? Matches(string name, ILookup<string, string>? labels);

    public sealed record Any(IReadOnlyList<FilterTerm> Terms) : FilterTerm
    {
        public override bool? Matches(string name, ILookup<string, string>? labels)
        {
            var results = Terms.Select(term => term.Matches(name, labels)).ToList();
            return results.Contains(true) ? true : results.Contains(null) ? null : false;
        }
    }

    public sealed record All(IReadOnlyList<FilterTerm> Terms) : FilterTerm
    {
        public override bool? Matches(string name, ILookup<string, string>? labels)
        {
            var results = Terms.Select(term => term.Matches(name, labels)).ToList();
            return results.Contains(false) ? false : results.Contains(null) ? null : true;
        }
    }

    /// <param name="Property">Null: the name.</param>
    /// <param name="Whole">The whole value is meant, and not a part of it.</param>
    /// <param name="Wanted">False for the contrary: no value is (has) this.</param>
    public sealed record Condition(string? Property, string Value, bool Whole, bool Wanted) : FilterTerm
    {
        public override bool? Matches(string name, ILookup<string, string>? labels)
        {
            if (Property is null)
                return Fits(name) == Wanted;
            return labels is null ? null : labels.Where(label => label.Key.Equals(Property, StringComparison.OrdinalIgnoreCase)).SelectMany(label => label).Any(Fits) == Wanted;
        }

        private bool Fits(string text) => Whole ? text.Equals(Value, StringComparison.OrdinalIgnoreCase) : text.Contains(Value, StringComparison.OrdinalIgnoreCase);
    }
}
