using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;
using Kontrakt.Clusters.Pods;

namespace Kontrakt.Reports.Html;

/// <summary>Lines of a manifest around a place. Of a document that holds a Secret, keys alone.</summary>
internal static partial class YamlExcerpt
{
    private const int Context = 4;
    private const int LargestFile = 1024 * 1024;
    private const int LongestLine = 300;

    /// <returns>Numbered lines; none where the file cannot be read any more, or has no such line.</returns>
    public static IReadOnlyList<(int Number, string Text)> Around(string file, int line)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: <= LargestFile } ? Around(File.ReadAllLines(file), line) : [];
        }
        catch (Exception gone) when (ReportFile.IsRefusal(gone))
        {
            return [];
        }
    }

    private static List<(int Number, string Text)> Around(string[] lines, int line)
    {
        var excerpt = new List<(int, string)>();
        for (var number = Math.Max(1, line - Context); number <= Math.Min(lines.Length, line + Context) && line <= lines.Length; number++)
        {
            var text = PlainText.Clean(lines[number - 1]);
            excerpt.Add((number, Shortened(IsOfSecret(lines, number - 1) ? Masked(text) : text)));
        }
        return excerpt;
    }

    private static string Shortened(string text) => text.Length <= LongestLine ? text : string.Concat(text.AsSpan(0, LongestLine), " ...");

    private static bool IsOfSecret(string[] lines, int at)
    {
        var begin = at;
        while (begin > 0 && !lines[begin].StartsWith("---", StringComparison.Ordinal))
            begin--;
        var end = at + 1;
        while (end < lines.Length && !lines[end].StartsWith("---", StringComparison.Ordinal))
            end++;
        return lines[begin..end].Any(SecretKind().IsMatch);
    }

    private static string Masked(string text) => KeyAndValue().Match(text) is { Success: true } pair
        ? pair.Groups["key"].Value + (pair.Groups["value"].Length == 0 ? "" : Redactor.Mask)
        : text.TrimStart() is "" or "---" or "{" or "}" or "}," ? text : Redactor.Mask;

    [GeneratedRegex("""['"]?kind['"]?\s*:\s*['"]?Secret\b""")]
    private static partial Regex SecretKind();

    [GeneratedRegex("""^(?<key>\s*(- )?['"]?[A-Za-z0-9_./-]+['"]?\s*:)(?<value>\s*\S.*)?$""")]
    private static partial Regex KeyAndValue();
}
