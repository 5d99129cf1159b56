using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Kubernetes.Schema;

/// <summary>
/// Paths as servers write them in messages, turned into steps: spec.ports[0].port (validation),
/// .spec.ports[port=80,protocol="TCP"].prot (server-side apply), metadata.annotations[a.b/c].
/// </summary>
public static class FieldPath
{
    /// <summary>The steps of a path: strings and ints.</summary>
    /// <param name="within">The object the path is of: tells which dots belong to a key, and which element of a list has the given keys.</param>
    public static IReadOnlyList<object> Parse(string text, JsonNode? within)
    {
        var steps = new List<object>();
        var node = within;
        for (var at = 0; at < text.Length;)
        {
            object? step;
            if (text[at] == '[')
            {
                var end = ClosingBracket(text, at);
                step = Selector(text[(at + 1)..end], node);
                at = Math.Min(end + 1, text.Length);
            }
            else
            {
                at += text[at] == '.' ? 1 : 0;
                var name = Name(text.AsSpan(at), node);
                at += name.Length;
                step = name.Length > 0 ? name : null;
                if (name.Length == 0 && at < text.Length && text[at] is not ('[' or '.'))
                    break;
            }
            if (step is null)
                continue;
            steps.Add(step);
            node = KubernetesObject.At(node, step);
        }
        return steps;
    }

    /// <summary>The path as validation messages write it: spec.ports[0].port; a key with dots is in brackets.</summary>
    public static string Format(IReadOnlyList<object> path)
    {
        var text = new StringBuilder();
        foreach (var step in path)
            if (step is string name && !name.AsSpan().ContainsAny('.', '/', '['))
                text.Append(text.Length > 0 ? "." : "").Append(name);
            else
                text.Append(CultureInfo.InvariantCulture, $"[{step}]");
        return text.ToString();
    }

    // The longest key of the object that the text continues with; else all up to the next dot or bracket.
    private static string Name(ReadOnlySpan<char> text, JsonNode? node)
    {
        string? longest = null;
        foreach (var (key, _) in node as JsonObject ?? [])
            if (key.Length > (longest?.Length ?? 0) && text.StartsWith(key, StringComparison.Ordinal)
                && (text.Length == key.Length || text[key.Length] is '.' or '['))
                longest = key;
        if (longest is not null)
            return longest;
        var end = text.IndexOfAny('.', '[');
        return (end < 0 ? text : text[..end]).ToString();
    }

    private static int ClosingBracket(string text, int open)
    {
        var quoted = false;
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == '\\' && quoted)
                at++;
            else if (text[at] == '"')
                quoted = !quoted;
            else if (text[at] == ']' && !quoted)
                return at;
        }
        return text.Length;
    }

    private static object? Selector(string inner, JsonNode? node)
    {
        if (int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && node is not JsonObject)
            return index;
        if (node is not JsonArray list)
            return inner.Trim('"');
        var wanted = Keys(inner);
        for (var at = 0; at < list.Count && wanted.Count > 0; at++)
            if (wanted.All(pair => Same(pair.Key.Length == 0 ? list[at] : KubernetesObject.At(list[at], pair.Key), pair.Value)))
                return at;
        return null;
    }

    private static bool Same(JsonNode? found, string wanted) => found is not JsonValue value
        ? wanted is "null" or "TCP" && found is null // A default the server filled in before it compared.
        : value.ToString() == wanted;

    // port=80,protocol="TCP" (a map's keys), ="x" (an element of a set).
    private static List<KeyValuePair<string, string>> Keys(string inner)
    {
        var keys = new List<KeyValuePair<string, string>>();
        for (var at = 0; at < inner.Length;)
        {
            var equals = inner.IndexOf('=', at);
            if (equals < 0)
                break;
            var end = equals + 1;
            for (var quoted = false; end < inner.Length && (quoted || inner[end] != ','); end++)
                if (inner[end] == '"')
                    quoted = !quoted;
            keys.Add(new(inner[at..equals], inner[(equals + 1)..end].Trim('"')));
            at = end + 1;
        }
        return keys;
    }
}
