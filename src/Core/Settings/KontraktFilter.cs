using System.Diagnostics.CodeAnalysis;

namespace Kontrakt.Settings;

/// <summary>
/// Which kontrakts are selected, as dotnet test has its filters: conditions such as Name=orders, tier=smoke or Name~ord, joined by &amp; and |, with
/// parentheses; != and !~ for the contrary; \ before a character that is ordinary text; case does not count. A text alone is Name~text. Whatever is not
/// Name, FullyQualifiedName or DisplayName is a label of a test pod. A name is a kontrakt's, or that of a test or an assertion, which brings its kontrakt.
/// </summary>
public sealed class KontraktFilter
{
    private readonly FilterTerm _term;

    private KontraktFilter(string text, FilterTerm term) => (Text, _term) = (text, term);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>What two filters select together, as a text; either may be empty.</summary>
    public static string Both(string one, string other) => one.Length == 0 || other.Length == 0 ? one + other : $"({one})&({other})";

    /// <param name="problem">What is wrong, as the end of a sentence about the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out KontraktFilter? filter, [NotNullWhen(false)] out string? problem)
    {
        filter = FilterParser.Parse(text, out problem) is { } term ? new(text, term) : null;
        return filter is not null;
    }

    /// <summary>Whether a kontrakt is selected; null where that depends on what is not known of it.</summary>
    /// <param name="kontrakts">The names of all that exist: see <see cref="FilterTerm.Condition"/>.</param>
    public bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts) => _term.Matches(subject, kontrakts);

    public override string ToString() => Text;
}

/// <summary>What a filter sees of a kontrakt.</summary>
public sealed record FilterSubject(string Name)
{
    /// <summary>The full names of its tests and assertions; null: not known.</summary>
    public IReadOnlyCollection<string>? Tests { get; init; }

    /// <summary>Label and value of each of its test pods; one label may come with several values. Null: not known.</summary>
    public ILookup<string, string>? Labels { get; init; }
}

/// <summary>A part of a filter. Three-valued: null is "not known yet".</summary>
internal abstract record FilterTerm
{
    public abstract bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts);

    public sealed record Any(IReadOnlyList<FilterTerm> Terms) : FilterTerm
    {
        public override bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts)
        {
            var results = Terms.Select(term => term.Matches(subject, kontrakts)).ToList();
            return results.Contains(true) ? true : results.Contains(null) ? null : false;
        }
    }

    public sealed record All(IReadOnlyList<FilterTerm> Terms) : FilterTerm
    {
        public override bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts)
        {
            var results = Terms.Select(term => term.Matches(subject, kontrakts)).ToList();
            return results.Contains(false) ? false : results.Contains(null) ? null : true;
        }
    }

    /// <param name="Property">The label; null: the name.</param>
    /// <param name="Whole">Compares the whole value, and not a part of it.</param>
    /// <param name="Wanted">False for the contrary: no value is (has) this.</param>
    public sealed record Condition(string? Property, string Value, bool Whole, bool Wanted) : FilterTerm
    {
        /// <summary>
        /// A part of any name matches, as VSTest has it of FullyQualifiedName. Else a part of a test's name is looked for only where no kontrakt's name
        /// has it, and in the one kontrakt that the text begins with: what is not selected is then not even read.
        /// </summary>
        public bool OfAnyName { get; init; }

        public override bool? Matches(FilterSubject subject, IReadOnlyCollection<string> kontrakts)
        {
            if (Property is not null)
                return subject.Labels is { } labels ? labels.Where(label => label.Key.Equals(Property, StringComparison.OrdinalIgnoreCase)).SelectMany(label => label).Any(Fits) == Wanted : null;
            if (Fits(subject.Name))
                return Wanted;
            if (!MayBeBelow(subject.Name, kontrakts))
                return !Wanted;
            return subject.Tests is { } tests ? tests.Any(Fits) == Wanted : null;
        }

        private bool MayBeBelow(string kontrakt, IReadOnlyCollection<string> kontrakts) =>
            Whole || (!OfAnyName && kontrakts.Any(BeginsWith)) ? BeginsWith(kontrakt) : OfAnyName || !kontrakts.Any(Fits);

        /// <summary>A test's full name begins with its kontrakt's.</summary>
        private bool BeginsWith(string kontrakt) => Value.StartsWith($"{kontrakt}/", StringComparison.OrdinalIgnoreCase);

        private bool Fits(string text) => Whole ? text.Equals(Value, StringComparison.OrdinalIgnoreCase) : text.Contains(Value, StringComparison.OrdinalIgnoreCase);
    }
}
