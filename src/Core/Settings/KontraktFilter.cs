using System.Diagnostics.CodeAnalysis;

namespace Kontrakt.Settings;

/// <summary>
/// Which kontrakts are meant, as dotnet test has its filters: conditions such as Name=orders, tier=smoke or Name~ord, joined by &amp; and |, with
/// parentheses; != and !~ for the contrary; \ before a character that is meant itself; case does not count. A text alone is Name~text. Whatever is not
/// Name, FullyQualifiedName or DisplayName is a label of a test pod. A name is a kontrakt's, or that of a test or an assertion, which brings its kontrakt.
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

    /// <summary>Whether a kontrakt is meant; null where that depends on what is not known of it.</summary>
    /// <param name="kontrakts">The names of all that are there: see <see cref="FilterTerm.Condition"/>.</param>
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
