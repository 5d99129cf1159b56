using System.Text;

namespace Kontrakt.Manifests.Rendering;

/// <summary>What "helm template" prints: documents, each below a line that names its template.</summary>
internal static class HelmOutput
{
    private const string Source = "# Source: ";

    /// <summary>What is printed before any document, and should not be.</summary>
    private const string Unnamed = "output.yaml";

    /// <summary>The documents of each template, in the order of the output; a path by '/', without steps upwards.</summary>
    public static IReadOnlyList<(string Name, string Text)> Split(string output)
    {
        var texts = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        var names = new List<string>();
        var current = Unnamed;
        var lines = output.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            // In a document, nothing at a line's beginning is "---".
            if (lines[index].TrimEnd() == "---" && index + 1 < lines.Length && lines[index + 1].StartsWith(Source, StringComparison.Ordinal))
                current = NameOf(lines[index + 1][Source.Length..].Trim());
            if (!texts.TryGetValue(current, out var text))
            {
                texts[current] = text = new();
                names.Add(current);
            }
            text.Append(lines[index]).Append('\n');
        }
        return [.. from name in names let text = texts[name].ToString() where !string.IsNullOrWhiteSpace(text) select (name, text)];
    }

    private static string NameOf(string source) => source.Split('/').Any(part => part is "" or "." or "..") || Path.IsPathRooted(source) ? Unnamed : source;
}
