using System.Globalization;
using System.Text.RegularExpressions;
using Kontrakt.Diagnostics;

namespace Kontrakt.Manifests.Rendering;

/// <summary>Why helm failed, at the line of the template where it says so.</summary>
internal static partial class HelmFailure
{
    /// <param name="name">Of the chart: the first part of paths that helm names.</param>
    /// <param name="known">Texts of its values, which may be secret.</param>
    public static Diagnostic Of(RendererOutput output, string name, string chart, HelmValues known) =>
        Ktr.Chart.At(Find(output.Cause, name, Path.GetDirectoryName(chart) ?? "") ?? new(chart, 1, 1), $"helm template says: {known.Redact(output.Cause)}", Remedy(output.Error));

    private static string Remedy(string error) =>
        error.Contains("missing in charts", StringComparison.Ordinal) ? "Run 'helm dependency build' in its folder, and commit the folder 'charts': Kontrakt fetches nothing"
        : error.Contains("unknown flag", StringComparison.Ordinal) ? "This needs helm 3.2 or newer"
        : "Correct the chart or its values";

    /// <summary>The first place that is a file of the chart. A template of a packed chart is not one.</summary>
    private static SourceLocation? Find(string error, string name, string directory) =>
        (from match in Place().Matches(error)
         where match.Groups["chart"].Value == name
         let file = Path.Combine(directory, match.Groups["file"].Value)
         where File.Exists(file)
         select new SourceLocation(file, Number(match.Groups["line"]), Number(match.Groups["column"]))).FirstOrDefault();

    private static int Number(Group group) => int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;

    // "shop/templates/web.yaml:4:18", "parse error at (shop/templates/web.yaml:1)", "YAML parse error on shop/templates/web.yaml: ..."; the line of the last is that of the result.
    [GeneratedRegex(@"(?<chart>[^\s/():""']+)/(?<file>(templates|charts|crds)/[^\s():""']+)(:(?<line>\d+)(:(?<column>\d+))?)?")]
    private static partial Regex Place();
}
