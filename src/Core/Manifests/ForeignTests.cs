using System.Text.RegularExpressions;

namespace Kontrakt.Manifests;

/// <summary>How kuttl and chainsaw write tests. Read as plain manifests they would be applied: what must not exist would be made, and the run pass.</summary>
internal static partial class ForeignTests
{
    /// <summary>
    /// The name that says here what a file's name says there; null where the name says nothing of the kind. Kuttl goes by the first word behind a number
    /// (00-assert.yaml, 00-errors-more.yaml), chainsaw's users by habit (x-assert.yaml, errors.yaml);
    /// and a word that is here the last one can be before another (x.error-2.yaml). A page called error-page.yaml is not one.
    /// </summary>
    /// <param name="file">That is not an assertion by <see cref="ManifestRoles"/>.</param>
    public static string? RightName(string file)
    {
        var (name, extension) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        var match = new[] { First(), Last(), Middle() }.Select(pattern => pattern.Match(name)).FirstOrDefault(match => match.Success) ?? Match.Empty;
        if (!match.Success)
            return null;
        var role = match.Groups["word"].Value.StartsWith("a", StringComparison.OrdinalIgnoreCase) ? "assert" : "error";
        var rest = (match.Groups["before"].Value.TrimEnd('-', '_', '.') + match.Groups["after"].Value).Trim('-', '_', '.');
        return $"{(rest.Length == 0 ? "all" : rest)}.{role}{extension.ToLowerInvariant()}";
    }

    /// <summary>The tool that a document is for, by its group; null where it is for none.</summary>
    public static string? ToolOf(string apiVersion, string kind) => apiVersion.Split('/')[0] switch
    {
        "kuttl.dev" => "kuttl",
        "kudo.dev" when kind is "TestAssert" or "TestStep" or "TestSuite" or "TestFile" => "kuttl",
        "chainsaw.kyverno.io" => "chainsaw",
        _ => null,
    };

    // kuttl, pkg/test/utils and step.go: an optional number, the word, anything behind a dash.
    [GeneratedRegex(@"\A(?<before>(\d+-)?)(?<word>asserts?|errors)(?<after>-[^.]+)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex First();

    // x.error-2.yaml, x.assert.1.yaml, error.prod.yaml: a part of its own, or the beginning of one, except error-page.yaml.
    [GeneratedRegex(@"\A((?<before>.+\.)(?<word>asserts?|errors?)(?<after>[-_.\d].*)|(?<before>)(?<word>asserts?|errors?)(?<after>\..*))\z", RegexOptions.IgnoreCase)]
    private static partial Regex Middle();

    [GeneratedRegex(@"\A(?<before>(.*[-_.])?)(?<word>asserts?|assertions?|errors?)(?<after>)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Last();
}
