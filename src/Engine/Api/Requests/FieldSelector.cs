using Kontrakt.Engine.Resources;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Requests;

/// <summary>A selector by fields. Which fields a kind can be selected by is fixed (<see cref="ServedKind.Fields"/>).</summary>
internal sealed class FieldSelector
{
    private readonly IReadOnlyList<(SelectableField Field, bool Equal, string Value)> requirements;

    private FieldSelector(IReadOnlyList<(SelectableField Field, bool Equal, string Value)> requirements) => this.requirements = requirements;

    public bool SelectsEverything => requirements.Count == 0;

    /// <summary>The one name that it asks for; "" for none.</summary>
    public string Name => requirements.FirstOrDefault(requirement => requirement is { Field.Name: "metadata.name", Equal: true }).Value ?? "";

    /// <exception cref="StatusException">400: it is not a selector, or asks for a field that the kind cannot be selected by.</exception>
    public static FieldSelector Parse(ServedKind kind, string text)
    {
        var requirements = new List<(SelectableField, bool, string)>();
        foreach (var term in Split(text))
        {
            var (field, equal, value) = Term(term);
            requirements.Add((Find(kind, field), equal, value));
        }
        return new(requirements);
    }

    public bool Matches(StoredObject item)
    {
        foreach (var (field, equal, value) in requirements)
            if (field.Read(item.View) == value != equal)
                return false;
        return true;
    }

    private static SelectableField Find(ServedKind kind, string name) =>
        SelectableField.Common.Concat(kind.Fields).FirstOrDefault(field => field.Name == name) ?? throw StatusException.BadRequest(kind.Fields.Count == 0
            ? $"\"{name}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
            : $"field label not supported: {name}");

    private static List<string> Split(string text)
    {
        var terms = new List<string>();
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] == '\\')
                at++;
            else if (at == text.Length || text[at] == ',')
            {
                if (at > start)
                    terms.Add(text[start..at]);
                start = at + 1;
            }
        }
        return terms;
    }

    private static (string Field, bool Equal, string Value) Term(string term)
    {
        for (var at = 0; at < term.Length; at++)
        {
            if (term[at] == '\\')
                at++;
            else if (term[at] == '!' && at + 1 < term.Length && term[at + 1] == '=')
                return (term[..at], false, Unescape(term, term[(at + 2)..]));
            else if (term[at] == '=')
                return (term[..at], true, Unescape(term, term[(at + (term.AsSpan(at).StartsWith("==") ? 2 : 1))..]));
        }
        throw StatusException.BadRequest($"invalid selector: '{term}'; can't understand '{term}'");
    }

    private static string Unescape(string term, string value)
    {
        var text = new System.Text.StringBuilder(value.Length);
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '\\' && (++at == value.Length || value[at] is not ('\\' or ',' or '=')))
                throw StatusException.BadRequest($"invalid selector: '{term}'; a backslash may only be before \\, a comma or =");
            text.Append(value[at]);
        }
        return text.ToString();
    }
}
