using Kontrakt.Diagnostics;
using Kontrakt.Images.Templates.Sources;

namespace Kontrakt.Images.Templates;

/// <summary>
/// Reads template://NAME?KEY=VALUE&amp;...: parameters of the template by their names, and in lower case what Kontrakt itself takes: source (a folder,
/// may stand several times), git with revision and subpath, and name (of the image).
/// </summary>
public static class TemplateReference
{
    public const string Scheme = "template://";
    private static readonly string[] Own = ["source", "git", "revision", "subpath", "name"];

    /// <param name="directory">What a relative source is relative to.</param>
    /// <exception cref="KontraktException">KTR1049: what is wrong with the text.</exception>
    public static TemplateUse Parse(string text, string directory, SourceLocation? location)
    {
        var parts = text[Scheme.Length..].Split('?', 2);
        var name = Decode(parts[0], text, location);
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal))
            throw Wrong("the template's name stands between // and ?");
        var pairs = Pairs(parts is [_, var query] ? query : "", text, location);
        foreach (var key in new[] { "git", "revision", "subpath", "name" })
            if (pairs.Count(pair => pair.Key == key) > 1)
                throw Wrong($"'{key}' stands in it twice");
        if (pairs.Exists(pair => pair.Key is "revision" or "subpath") && !pairs.Exists(pair => pair.Key == "git"))
            throw Wrong("'revision' and 'subpath' are those of a repository, which 'git' names");
        return new()
        {
            Template = name,
            Name = Value("name"),
            Arguments = [.. pairs.Where(pair => !Own.Contains(pair.Key)).Select(pair => new TemplateArgument(pair.Key, pair.Value, location))],
            Sources = [.. pairs.Where(pair => pair.Key is "source" or "git").Select(Source)],
            Location = location,
        };

        string Value(string key) => pairs.Find(pair => pair.Key == key).Value ?? "";

        TemplateSource Source((string Key, string Value) pair) => pair.Key == "git"
            ? new TemplateSource.Git(pair.Value, Value("revision"), Value("subpath"), location)
            : new TemplateSource.Folder(Path.GetFullPath(pair.Value, directory), location);

        KontraktException Wrong(string problem) => Ktr.TemplateReferenceInvalid.Error(location, text, problem);
    }

    private static List<(string Key, string Value)> Pairs(string query, string text, SourceLocation? location)
    {
        var pairs = new List<(string, string)>();
        if (query.Length == 0)
            return pairs;
        foreach (var pair in query.Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw Ktr.TemplateReferenceInvalid.Error(location, text, pair.Length == 0 ? "there is nothing between '&' and '&', or after the last '&' or '?'" : $"'{pair}' is not of the form KEY=VALUE");
            pairs.Add((Decode(pair[..equals], text, location), Decode(pair[(equals + 1)..], text, location)));
        }
        return pairs;
    }

    /// <summary>Percent-decoded UTF-8. A '+' is a '+'.</summary>
    private static string Decode(string part, string text, SourceLocation? location)
    {
        for (var at = part.IndexOf('%', StringComparison.Ordinal); at >= 0; at = part.IndexOf('%', at + 1))
            if (at + 2 >= part.Length || !char.IsAsciiHexDigit(part[at + 1]) || !char.IsAsciiHexDigit(part[at + 2]))
                throw Ktr.TemplateReferenceInvalid.Error(location, text, "after a '%' two hexadecimal digits stand for a byte; '%' itself is %25");
        var decoded = Uri.UnescapeDataString(part);
        return decoded.Any(char.IsControl) || part.Any(char.IsWhiteSpace) ? throw Ktr.TemplateReferenceInvalid.Error(location, text, "it holds a blank or a control character; a blank is %20") : decoded;
    }
}
