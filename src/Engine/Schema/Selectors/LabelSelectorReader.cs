using System.Globalization;
using System.Text.RegularExpressions;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Schema;

/// <summary>Reads the text of a label selector: "a=b,c!=d,e in (f,g),h notin (i),j,!k,l&gt;1".</summary>
internal sealed partial class LabelSelectorReader(string text)
{
    private const string End = "";
    private int at;

    public IReadOnlyList<LabelRequirement> Read()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            requirements.Add(Requirement());
            var next = Next();
            if (next == End)
                return requirements;
            if (next != ",")
                throw Bad($"found '{next}', expected: ',' or 'end of string'");
            if (Peek() == End)
                throw Bad("found '', expected: identifier after ','");
        }
    }

    private LabelRequirement Requirement()
    {
        var absent = Peek() == "!";
        if (absent)
            Next();
        var key = Key(Next());
        if (absent)
            return new(key, LabelOperator.DoesNotExist, Set());
        if (Peek() is End or ",")
            return new(key, LabelOperator.Exists, Set());
        var sign = Next();
        return sign switch
        {
            "=" or "==" => new(key, LabelOperator.In, Set(ExactValue())),
            "!=" => new(key, LabelOperator.NotIn, Set(ExactValue())),
            "in" => new(key, LabelOperator.In, Values()),
            "notin" => new(key, LabelOperator.NotIn, Values()),
            ">" => new(key, LabelOperator.GreaterThan, Set(Number())),
            "<" => new(key, LabelOperator.LessThan, Set(Number())),
            _ => throw Bad($"unable to parse requirement: found '{sign}', expected: in, notin, =, ==, !=, gt, lt"),
        };
    }

    private HashSet<string> Values()
    {
        if (Next() is var open && open != "(")
            throw Bad($"unable to parse requirement: found '{open}' expected: '('");
        var values = Set();
        while (true)
        {
            values.Add(Peek() is "," or ")" ? "" : Value(Next()));
            switch (Next())
            {
                case ")": return values;
                case ",": continue;
                case var other: throw Bad($"unable to parse requirement: found '{other}', expected: ',' or ')'");
            }
        }
    }

    // "a=" asks for an empty value.
    private string ExactValue() => Peek() is End or "," ? "" : Value(Next());

    private string Number() =>
        Next() is var text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? text
            : throw Bad("unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer");

    private static string Key(string token) =>
        token.Length < 318 && LabelKey().IsMatch(token) ? token : throw Bad($"unable to parse requirement: '{token}' is not the name of a label");

    private static string Value(string token) =>
        token.Length < 64 && LabelValue().IsMatch(token) ? token : throw Bad($"unable to parse requirement: '{token}' is not a value that a label can have");

    private string Peek()
    {
        var before = at;
        var token = Next();
        at = before;
        return token;
    }

    private string Next()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
            at++;
        if (at >= text.Length)
            return End;
        var start = at;
        if (IsSpecial(text[at]))
        {
            at++;
            if (at < text.Length && text[at] == '=' && text[start] is '=' or '!')
                at++;
        }
        else
            while (at < text.Length && !IsSpecial(text[at]) && text[at] is not (' ' or '\t' or '\r' or '\n'))
                at++;
        return text[start..at];
    }

    private static bool IsSpecial(char character) => character is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private static HashSet<string> Set(params ReadOnlySpan<string> values) => new([.. values], StringComparer.Ordinal);

    private static StatusException Bad(string message) => StatusException.BadRequest(message);

    [GeneratedRegex(@"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex LabelKey();

    [GeneratedRegex(@"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?\z")]
    private static partial Regex LabelValue();
}
