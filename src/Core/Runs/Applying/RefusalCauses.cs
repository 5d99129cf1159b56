using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontrakt.Kubernetes.Client;

namespace Kontrakt.Runs.Applying;

/// <summary>What a refusal says of which field: from the Status' causes, or from its message where a server puts all of it there.</summary>
internal static partial class RefusalCauses
{
    private static readonly string[] ManyValues = ["map[", "[]"];

    /// <summary>At least one; with an empty field what is about the whole object.</summary>
    public static IReadOnlyList<(string Field, string Message)> Read(ApplyItem item, KubernetesException e)
    {
        var causes = e.Causes.Where(cause => cause.Field.Length > 0).Select(cause => (cause.Field, cause.Message)).ToList();
        if (causes.Count == 0)
            causes.AddRange(TypedPatch().Matches(e.Message).Select(match => (match.Groups["path"].Value.TrimStart('.'), Mismatch(item, match.Groups["what"].Value))));
        if (causes.Count == 0 && item.Kind == "Secret" && e.Message.Contains("base64", StringComparison.Ordinal))
            causes.AddRange(NotBase64(item));
        if (causes.Count == 0 && StructField().Match(e.Message) is { Success: true } member)
            causes.Add((member.Groups["path"].Value, e.Message));
        return causes.Count > 0 ? causes : [("", e.Message)];
    }

    /// <summary>"expected string, got &amp;value.valueUnstructured{Value:5}" in words: the server shows what it holds as a Go value.</summary>
    private static string Mismatch(ApplyItem item, string text)
    {
        var match = GoValue().Match(text);
        var expected = match.Success ? text[..match.Index].TrimEnd(' ', ',') : text;
        var value = match.Groups["value"].Value;
        if (value.Length == 0 || item.Kind == "Secret" || ManyValues.Any(each => value.StartsWith(each, StringComparison.Ordinal)))
            return expected;
        return $"{expected}, got {value}{(expected == "expected string" ? " (put it in quotes)" : "")}";
    }

    private static IEnumerable<(string, string)> NotBase64(ApplyItem item) =>
        from entry in item.Body.At("data") as JsonObject ?? []
        let text = entry.Value?.ToString() ?? ""
        where !Convert.TryFromBase64String(text, new byte[text.Length], out _)
        select ($"data[{entry.Key}]", "it is not base64; a plain text goes into stringData");

    [GeneratedRegex(@"(?<path>\.(?:[^\s:\[]|\[(?:[^\]""]|""(?:[^""\\]|\\.)*"")*\])+): (?<what>[^\n]+)")]
    private static partial Regex TypedPatch();

    [GeneratedRegex(@"got (?:&value\.valueUnstructured\{Value:(?<value>.*)\}|&\{(?<value>.*)\}|\*value\.\w+)$")]
    private static partial Regex GoValue();

    [GeneratedRegex(@"Go struct field \w+\.(?<path>[\w.]+) of type")]
    private static partial Regex StructField();
}
