using System.Globalization;
using System.Text;

namespace Kontrakt.Settings;

/// <summary>Reads filters: | binds less than &amp;, parentheses most.</summary>
internal sealed class FilterParser
{
    /// <summary>As VSTest's adapters call them, which differ in that; what is not one of these names is a label.</summary>
    private static readonly string[] FullNames = ["FullyQualifiedName", "DisplayName"];

    private readonly string _text;
    private int _at;

    private FilterParser(string text) => _text = text;

    /// <summary>Null with a problem where the text is not a filter.</summary>
    public static FilterTerm? Parse(string text, out string? problem)
    {
        var parser = new FilterParser(text);
        try
        {
            var term = parser.Any();
            problem = parser.IsAtEnd ? null : parser.Say($"'{text[parser._at]}' is one too many");
            return problem is null ? term : null;
        }
        catch (FormatException e)
        {
            problem = e.Message;
            return null;
        }
    }

    private bool IsAtEnd
    {
        get
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
                _at++;
            return _at == _text.Length;
        }
    }

    private FilterTerm Any()
    {
        List<FilterTerm> terms = [All()];
        while (Take('|'))
            terms.Add(All());
        return terms.Count == 1 ? terms[0] : new FilterTerm.Any(terms);
    }

    private FilterTerm All()
    {
        List<FilterTerm> terms = [One()];
        while (Take('&'))
            terms.Add(One());
        return terms.Count == 1 ? terms[0] : new FilterTerm.All(terms);
    }

    private FilterTerm One()
    {
        if (!Take('('))
            return Condition();
        var inner = Any();
        return Take(')') ? inner : throw new FormatException(Say("a ')' is missing"));
    }

    private FilterTerm.Condition Condition()
    {
        var left = Words("a condition");
        var wanted = !Take('!');
        if (Take('=') is var whole && (whole || Take('~')))
        {
            var full = FullNames.Contains(left, StringComparer.OrdinalIgnoreCase);
            var isName = full || left.Equals("Name", StringComparison.OrdinalIgnoreCase);
            return new(isName ? null : left, Words($"the value of '{left}'"), whole, wanted) { OfAnyName = full };
        }
        return wanted ? new(null, left, Whole: false, Wanted: true) : throw new FormatException(Say("'=' or '~' is missing after '!'"));
    }

    /// <summary>Text up to the next sign, without the spaces around it.</summary>
    private string Words(string what)
    {
        var words = new StringBuilder();
        for (; _at < _text.Length && !"()&|=!~".Contains(_text[_at], StringComparison.Ordinal); _at++)
        {
            if (_text[_at] == '\\' && ++_at == _text.Length)
                throw new FormatException(Say("there is nothing after '\\'"));
            words.Append(_text[_at]);
        }
        return words.ToString().Trim() is { Length: > 0 } text ? text : throw new FormatException(Say($"{what} is missing"));
    }

    private bool Take(char sign)
    {
        if (IsAtEnd || _text[_at] != sign)
            return false;
        _at++;
        return true;
    }

    private string Say(string what) => string.Create(CultureInfo.InvariantCulture,
        $"{what} at character {_at + 1}; write conditions such as Name=orders or tier=smoke (also != ~ !~), joined by & and |, with parentheses, and '\\' before a sign that is ordinary text");
}
