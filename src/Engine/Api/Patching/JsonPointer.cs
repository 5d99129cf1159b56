using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Api.Patching;

/// <summary>RFC 6901, and what it points at.</summary>
internal sealed record JsonPointer(string Text, IReadOnlyList<string> Steps)
{
    public static JsonPointer Parse(string text)
    {
        if (text.Length > 0 && text[0] != '/')
            throw StatusException.BadRequest($"a path of a JSON patch begins with /, not as \"{text}\" does");
        var steps = text.Split('/')[1..];
        if (steps.Length > Body.MaxDepth)
            throw StatusException.BadRequest($"a path of a JSON patch has at most {Body.MaxDepth} steps");
        return new(text, [.. steps.Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]);
    }

    public string Last => Steps[^1];

    /// <summary>What holds the last step.</summary>
    /// <exception cref="StatusException">422: it isn't there.</exception>
    public JsonNode Parent(JsonNode root)
    {
        JsonNode? node = root;
        for (var step = 0; step < Steps.Count - 1; step++)
            node = Below(node, Steps[step]);
        return node is JsonObject or JsonArray ? node : throw Missing();
    }

    /// <exception cref="StatusException">422: it isn't there. A null that exists is null.</exception>
    public JsonNode? Find(JsonNode root)
    {
        if (Steps.Count == 0)
            return root;
        var parent = Parent(root);
        return parent is JsonObject map
            ? map.TryGetPropertyValue(Last, out var value) ? value : throw Missing()
            : parent.AsArray()[Index(parent.AsArray(), Last, parent.AsArray().Count - 1)];
    }

    /// <summary>The position that a step names in a list; negative ones count from its end.</summary>
    public int Index(JsonArray list, string step, int most)
    {
        if (!int.TryParse(step, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) || index > most || index < -list.Count)
            throw Missing();
        return index < 0 ? index + list.Count : index;
    }

    public StatusException Missing() => JsonPatch.Unfit($"there is nothing at {Text}");

    private JsonNode? Below(JsonNode? node, string step) => node switch
    {
        JsonObject map => map[step],
        JsonArray list => list[Index(list, step, list.Count - 1)],
        _ => throw Missing(),
    };
}
