using System.Globalization;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Resources;

/// <summary>
/// Kubernetes' JSONPath, as far as columns and selectors use it: fields (.spec.size, ['a.b'], .a\.b), elements ([0], [-1], [*]) and conditions
/// ([?(@.type=="Ready")]).
/// </summary>
internal sealed class JsonPath
{
    private readonly List<Func<JsonNode?, IEnumerable<JsonNode?>>> steps;

    private JsonPath(List<Func<JsonNode?, IEnumerable<JsonNode?>>> steps) => this.steps = steps;

    /// <summary>All that exists.</summary>
    public IEnumerable<JsonNode> Find(JsonNode? value)
    {
        IEnumerable<JsonNode?> found = [value];
        foreach (var step in steps)
            found = found.SelectMany(step);
        return found.OfType<JsonNode>();
    }

    /// <returns>null where the text is not a path, or one of another sort.</returns>
    public static JsonPath? Read(string text)
    {
        var steps = new List<Func<JsonNode?, IEnumerable<JsonNode?>>>();
        for (var at = 0; at < text.Length;)
            if (text[at] == '.' && at + 1 < text.Length && text[at + 1] == '[')
                at++;
            else if (text[at] == '.' && Name(text, at + 1) is ({ Length: > 0 } name, var end))
            {
                steps.Add(name == "*" ? Each : node => Field(node, name));
                at = end;
            }
            else if (text[at] == '[' && Close(text, at) is > 0 and var close && Bracket(text[(at + 1)..close]) is { } step)
            {
                steps.Add(step);
                at = close + 1;
            }
            else
                return null;
        return steps.Count > 0 ? new(steps) : null;
    }

    private static (string Name, int End) Name(string text, int at)
    {
        var name = new System.Text.StringBuilder();
        for (; at < text.Length && text[at] is not ('.' or '['); at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            else if (!(char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-' or '/' or '*'))
                return ("", at);
            name.Append(text[at]);
        }
        return (name.ToString(), at);
    }

    /// <summary>The bracket that closes one; a quoted one is text.</summary>
    private static int Close(string text, int at)
    {
        var (depth, quote) = (0, '\0');
        for (; at < text.Length; at++)
            if (quote != '\0')
                quote = text[at] == quote ? '\0' : quote;
            else if (text[at] is '\'' or '"')
                quote = text[at];
            else if (text[at] == '[')
                depth++;
            else if (text[at] == ']' && --depth == 0)
                return at;
        return -1;
    }

    private static Func<JsonNode?, IEnumerable<JsonNode?>>? Bracket(string text)
    {
        text = text.Trim();
        if (text == "*")
            return Each;
        if (Quoted(text) is { } name)
            return node => Field(node, name);
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            return node => node is JsonArray list && (index < 0 ? list.Count + index : index) is var at && at >= 0 && at < list.Count ? [list[at]] : [];
        return text.StartsWith("?(", StringComparison.Ordinal) && text.EndsWith(')') ? Condition(text[2..^1]) : null;
    }

    /// <summary>@.type=="Ready", or only @.type: that it exists.</summary>
    private static Func<JsonNode?, IEnumerable<JsonNode?>>? Condition(string text)
    {
        var sign = Array.Find(["==", "!="], sign => text.Contains(sign, StringComparison.Ordinal));
        var (left, right) = sign is null ? (text, "") : (text[..text.IndexOf(sign, StringComparison.Ordinal)], text[(text.IndexOf(sign, StringComparison.Ordinal) + 2)..]);
        if (!left.Trim().StartsWith('@') || Read(left.Trim()[1..]) is not { } path)
            return null;
        if (sign is null)
            return node => Elements(node).Where(item => path.Find(item).Any());
        var wanted = Quoted(right.Trim()) ?? right.Trim();
        return node => Elements(node).Where(item => path.Find(item).Any(value => value.ToString() == wanted) == (sign == "=="));
    }

    private static string? Quoted(string text) => text.Length > 1 && text[0] is '\'' or '"' && text[^1] == text[0] ? text[1..^1] : null;

    private static IEnumerable<JsonNode?> Field(JsonNode? node, string name) => node is JsonObject map && map.TryGetPropertyValue(name, out var value) ? [value] : [];

    private static IEnumerable<JsonNode?> Each(JsonNode? node) => node is JsonObject map ? map.Select(pair => pair.Value) : Elements(node);

    private static IEnumerable<JsonNode?> Elements(JsonNode? node) => node as JsonArray ?? [];
}
