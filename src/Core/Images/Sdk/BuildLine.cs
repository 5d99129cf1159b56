using System.Globalization;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Images.Sdk;

/// <summary>Reads MSBuild's canonical error lines: file(line,column): error CODE: text [project].</summary>
public static partial class BuildLine
{
    /// <summary>The diagnostic a line holds; null for any other line.</summary>
    public static Diagnostic? Read(string line)
    {
        var match = Canonical().Match(line);
        if (!match.Success)
            return null;
        int Number(string group) => int.TryParse(match.Groups[group].Value, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var file = match.Groups["file"].Value.Trim();
        var severity = match.Groups["severity"].Value == "error" ? Severity.Error : Severity.Warning;
        return new(new(match.Groups["code"].Value, "{0}"), new(file, Number("line"), Number("column"), Number("endLine"), Number("endColumn")), match.Groups["text"].Value, severity);
    }

    [GeneratedRegex(@"^\s*(?<file>[^(:]+?|[A-Za-z]:[^(:]+?)(\((?<line>\d+)(,(?<column>\d+))?(,(?<endLine>\d+),(?<endColumn>\d+))?\))?\s*:\s+([\w.-]+\s+)?(?<severity>error|warning)\s+(?<code>[A-Za-z]+\d+)\s*:\s*(?<text>.*?)(\s+\[[^\]]*\])?$")]
    private static partial Regex Canonical();
}
